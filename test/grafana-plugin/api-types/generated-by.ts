/** As `go` and reviewers' tools recognise generated files. */
export const generatedBy =
  "Code generated from the service's OpenAPI document by `npm run generate:api-types`. DO NOT EDIT.";
