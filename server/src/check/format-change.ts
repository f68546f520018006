import type { LoggedApiKind } from '@why403/parsers';
import { partitionOf } from '../aws/partition.js';
import { jsonText } from '../text/json-text.js';
import { hclString, shellWord, typeScriptString, yamlString } from './quote.js';

/** Ways to change a stage. To add one: a line here and its function in `writers`. */
export const changeTools = ['aws', 'terraform', 'cdk', 'sam', 'cloudformation'] as const;
export type ChangeTool = (typeof changeTools)[number];

export interface FormatChange {
  readonly tool: ChangeTool;
  /** To be copied as it is into a shell, or into the definition of the stage. */
  readonly code: string;
}

export interface ChangedStage {
  readonly apiKind: LoggedApiKind;
  readonly apiId: string;
  readonly stage: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the log group or Firehose stream; null: the stage logs nothing yet, and a group of this name is proposed. */
  readonly destinationArn: string | null;
  /** One line. */
  readonly format: string;
}

/** The change to one stage's access-log format, in every tool's language. It holds from the next request on: nothing is deployed. */
export function formatChanges(stage: ChangedStage): readonly FormatChange[] {
  return changeTools.map((tool) => ({ tool, code: writers[tool](stage) }));
}

const writers: Readonly<Record<ChangeTool, (stage: ChangedStage) => string>> = {
  aws: (stage) => {
    const { destinationArn, region } = stage;
    const update = stage.apiKind === 'rest' ? updateRestStage(stage) : updateV2Stage(stage);
    if (destinationArn !== null) return update;
    const create = `aws logs create-log-group --region ${shellWord(region)} --log-group-name ${shellWord(groupOf(stage))}`;
    return `${create}\n${update}`;
  },

  terraform: (stage) => `# in the ${terraformType(stage)} of ${placeOf(stage)}
access_log_settings {
  destination_arn = ${hclString(destinationOf(stage))}
  format          = ${hclString(stage.format)}
}`,

  cdk: (stage) => `// with stage: the Stage of ${placeOf(stage)}
const cfnStage = stage.node.defaultChild as ${stage.apiKind === 'rest' ? 'apigateway' : 'apigatewayv2'}.CfnStage;
cfnStage.${stage.apiKind === 'rest' ? 'accessLogSetting' : 'accessLogSettings'} = {
  destinationArn: ${typeScriptString(destinationOf(stage))},
  format: ${typeScriptString(stage.format)},
};`,

  sam: (stage) => yamlChange(stage, samTypes[stage.apiKind]),

  cloudformation: (stage) =>
    yamlChange(
      stage,
      stage.apiKind === 'rest'
        ? { type: 'AWS::ApiGateway::Stage', key: 'AccessLogSetting' }
        : { type: 'AWS::ApiGatewayV2::Stage', key: 'AccessLogSettings' },
    ),
};

interface YamlPlace {
  readonly type: string;
  readonly key: string;
}

/** SAM has no resource for WebSocket APIs that sets this: its templates take CloudFormation's. */
const samTypes: Readonly<Record<LoggedApiKind, YamlPlace>> = {
  rest: { type: 'AWS::Serverless::Api', key: 'AccessLogSetting' },
  http: { type: 'AWS::Serverless::HttpApi', key: 'AccessLogSettings' },
  websocket: { type: 'AWS::ApiGatewayV2::Stage', key: 'AccessLogSettings' },
};

const yamlChange = (
  stage: ChangedStage,
  { type, key }: YamlPlace,
): string => `# in the Properties of the ${type} of ${placeOf(stage)}
${key}:
  DestinationArn: ${yamlString(destinationOf(stage))}
  Format: ${yamlString(stage.format)}`;

const terraformType = ({ apiKind }: ChangedStage): string =>
  apiKind === 'rest' ? 'aws_api_gateway_stage' : 'aws_apigatewayv2_stage';

function updateRestStage(stage: ChangedStage): string {
  const { region, apiId, stage: name, destinationArn, format } = stage;
  const set = (path: string, value: string) => ({ op: 'replace', path: `/accessLogSettings/${path}`, value });
  const operations = [
    ...(destinationArn === null ? [set('destinationArn', destinationOf(stage))] : []),
    set('format', format),
  ];
  return `aws apigateway update-stage --region ${shellWord(region)} --rest-api-id ${shellWord(apiId)} --stage-name ${shellWord(name)} --patch-operations ${shellWord(jsonText(operations))}`;
}

/** What is not named in the settings would be taken away. */
function updateV2Stage(stage: ChangedStage): string {
  const { region, apiId, stage: name, format } = stage;
  const settings = jsonText({ DestinationArn: destinationOf(stage), Format: format });
  return `aws apigatewayv2 update-stage --region ${shellWord(region)} --api-id ${shellWord(apiId)} --stage-name ${shellWord(name)} --access-log-settings ${shellWord(settings)}`;
}

/** In a comment of any of the languages: ids and names hold nothing else. */
const placeOf = ({ apiId, stage }: ChangedStage): string => `${apiId}/${stage}`.replace(/[^\w$./-]/g, '_');

const groupOf = ({ apiId, stage }: ChangedStage): string =>
  `/aws/apigateway/${apiId}/${stage}`.replace(/[^\w./-]/g, '_');

const destinationOf = (stage: ChangedStage): string =>
  stage.destinationArn ??
  `arn:${partitionOf(stage.region)}:logs:${stage.region}:${stage.account}:log-group:${groupOf(stage)}`;
