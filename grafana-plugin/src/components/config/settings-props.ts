import { type DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { type Why403Options, type Why403SecureOptions } from '../../types';

export type SettingsProps = DataSourcePluginOptionsEditorProps<Why403Options, Why403SecureOptions>;

/** As wide as the field of the URL, which is not ours. */
export const inputWidth = 47.25;
