import { EngineError } from './engine-error.js';
import { quoteString } from './parameter-literal.js';

/** Query parameters of ClickHouse's HTTP interface that are no settings; those without an effect here are accepted and passed over. */
const interfaceNames = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'enable_http_compression',
  'http_zlib_compression_level',
  'wait_end_of_query',
  'buffer_size',
  'send_progress_in_http_headers',
  'compress',
  'decompress',
]);

/** Settings that a request may carry; others belong into the statement itself. To add one: here, nothing else. */
const settingNames = new Set([
  'allow_experimental_lightweight_update',
  'alter_sync',
  'async_insert',
  'cast_string_to_date_time_mode',
  'date_time_input_format',
  'date_time_output_format',
  'do_not_merge_across_partitions_select_final',
  'final',
  'fsync_metadata',
  'group_by_overflow_mode',
  'input_format_skip_unknown_fields',
  'input_format_null_as_default',
  'insert_deduplicate',
  'join_use_nulls',
  'lightweight_deletes_sync',
  'max_ast_elements',
  'max_block_size',
  'max_bytes_before_external_group_by',
  'max_bytes_before_external_sort',
  'max_execution_time',
  'max_expanded_ast_elements',
  'max_memory_usage',
  'max_partitions_per_insert_block',
  'max_query_size',
  'max_result_bytes',
  'max_result_rows',
  'max_rows_to_group_by',
  'max_rows_to_read',
  'max_threads',
  'mutations_sync',
  'optimize_read_in_order',
  'output_format_json_quote_64bit_integers',
  'output_format_json_quote_denormals',
  'read_overflow_mode',
  'readonly',
  'result_overflow_mode',
  'timeout_overflow_mode',
  'wait_for_async_insert',
]);

const settingValue = /^[A-Za-z0-9_.+-]{1,64}$/;

/** The settings among a request's query parameters. Throws UNKNOWN_SETTING (115), or BAD_ARGUMENTS (36) for a value of another form. */
export function readRequestSettings(search: URLSearchParams): Map<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of search) {
    if (interfaceNames.has(name) || name.startsWith('param_')) continue;
    if (!settingNames.has(name)) {
      throw new EngineError(
        115,
        'UNKNOWN_SETTING',
        'A request carries a setting that the embedded database does not take.',
      );
    }
    if (!settingValue.test(value)) {
      throw new EngineError(36, 'BAD_ARGUMENTS', `The value of the setting ${name} is no number and no word.`);
    }
    settings.set(name, value);
  }
  return settings;
}

/** {max_threads: '2', readonly: '1'} → SET max_threads = '2', readonly = '1' */
export function renderSettings(settings: ReadonlyMap<string, string>): string {
  return `SET ${[...settings].map(([name, value]) => `${name} = ${quoteString(value)}`).join(', ')}`;
}
