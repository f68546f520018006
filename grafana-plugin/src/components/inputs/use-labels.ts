import { useEffect, useState } from 'react';
import { type DataSource } from '../../datasource';
import { type LabelInfo } from '../../resources/label-source';

/** Labels that the service knows; empty until it has answered, and when it does not: names can be typed then. */
export function useLabels(datasource: Pick<DataSource, 'labels'>): readonly LabelInfo[] {
  const [labels, setLabels] = useState<readonly LabelInfo[]>([]);
  useEffect(() => {
    let current = true;
    datasource.labels().then(
      (known) => current && setLabels(known),
      () => current && setLabels([])
    );
    return () => {
      current = false;
    };
  }, [datasource]);
  return labels;
}
