-- A day that is over becomes one part: reading it with FINAL is then several times faster, since nothing has to be merged meanwhile.
ALTER TABLE refused MODIFY SETTING min_age_to_force_merge_seconds = 7200, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE sample MODIFY SETTING min_age_to_force_merge_seconds = 7200, min_age_to_force_merge_on_partition_only = 1;
ALTER TABLE totals MODIFY SETTING min_age_to_force_merge_seconds = 7200, min_age_to_force_merge_on_partition_only = 1;
