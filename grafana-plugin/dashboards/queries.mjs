// What panels ask. The queries are those of src/types.ts, as dashboards store them.

export const pluginId = 'why403-apigateway-datasource';
/** A variable, so that one file serves every installation. */
export const datasource = { type: pluginId, uid: '${datasource}' };

/** Dashboard variable → label that it filters. */
export const labelOf = {
  account: 'account',
  region: 'region',
  api: 'api_id',
  stage: 'stage',
  cause: 'cause',
  route: 'route',
};

const ofStage = ['account', 'region', 'api', 'stage'];
const ofCause = [...ofStage, 'cause'];

export const filtersOf = (variables) =>
  variables.map((name) => ({ label: labelOf[name], operator: '=', values: [`$${name}`] }));

const query = (queryType, filters, rest) => ({ datasource, version: 1, queryType, ...rest, filters });

/** `also`: dashboard variables beyond those that every dashboard has. */
export const series = ({ also = [], where = [], ...rest }) =>
  query('series', [...filtersOf([...(where.length > 0 ? ofStage : ofCause), ...also]), ...where], rest);
export const spikes = (rest) => query('spikes', filtersOf(ofCause), rest);
export const newCauses = (rest) => query('newCauses', filtersOf(ofCause), rest);
export const coverage = (rest) => query('coverage', filtersOf(ofStage), rest);
export const top = ({ also = [], ...rest }) => query('top', filtersOf([...ofCause, ...also]), rest);
export const samples = ({ also = [], ...rest }) => query('samples', filtersOf([...ofCause, ...also]), rest);
export const event = () => ({ datasource, version: 1, queryType: 'event', eventId: '$event' });
/** Under those of the dashboard's variables that spikes and new causes have. */
export const annotations = (kinds, variables) =>
  query('annotations', filtersOf(variables.filter((name) => ofCause.includes(name))), { kinds });
