// curl -i https://…   awscurl --service execute-api https://…   wscat -c wss://…   Invoke-RestMethod -Uri https://…
const named =
  /^(?:(?:curl(?:\.exe)?|wget|awscurl|wscat|websocat)\s+(?:-|\$|["'`]?(?:https?|wss?):|["'`]?[\w.-]{1,120}\.[a-z]{2,8}\b|["'`]?[<{])|(?:invoke-restmethod|invoke-webrequest|iwr|irm)\s+[^\s:])/i;
// http POST https://…   https api.example.com/orders x-api-key:…   (lower case: `HTTP 403` is no command)
const httpie =
  /^(?:http|https|xh)\s+(?:--?[a-zA-Z][\w=-]{0,40}\s+){0,8}(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s|["'`]?(?:https?|wss?):|["'`]?[\w.-]{1,120}\.[a-z]{2,8}[/\s:]|:\d)/;

/** True for the command line of an HTTP client. */
export const isCommand = (line: string): boolean => named.test(line) || httpie.test(line);
