import { type GetTagResponse } from '@grafana/data';

/** Choices for ad hoc filters. A failure is told as data: Grafana shows it in the list and the dashboard stays. */
export async function toTagResponse(read: () => Promise<readonly string[]>): Promise<GetTagResponse> {
  try {
    return { data: (await read()).map((value) => ({ text: value, value })) };
  } catch (error) {
    return { data: [], error: { message: messageOf(error) } };
  }
}

/** A refused request carries the backend's sentence in its body. */
function messageOf(error: unknown): string {
  const { data, message } = (error ?? {}) as { data?: { message?: string }; message?: string };
  return data?.message ?? message ?? 'The data source did not answer.';
}
