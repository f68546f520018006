import {
  type DataQueryRequest,
  type DataQueryResponse,
  LiveChannelScope,
  parseLiveChannelAddress,
} from '@grafana/data';
import { getGrafanaLiveSrv } from '@grafana/runtime';
import { merge, type Observable, throwError } from 'rxjs';
import { filterParams } from '../query/filters';
import { type Why403Query } from '../types';

/** Grafana's live server takes no longer channel names. */
const longestChannel = 160;
const keptLines = 1000;

/** New samples as they are read, for the "Live" button of Explore. Queries come with variables already replaced. */
export function liveTail(
  request: DataQueryRequest<Why403Query>,
  uid: string,
  queries: readonly Why403Query[]
): Observable<DataQueryResponse> {
  const samples = queries.filter(({ queryType }) => queryType === 'samples');
  if (samples.length === 0) {
    return throwError(() => new Error('Only Samples can be followed live: choose the query type Samples.'));
  }
  const streams = samples.map((query) => {
    const path = streamPath(query);
    if (path === undefined) {
      return throwError(() => new Error('The filters leave nothing to follow: two of them exclude each other.'));
    }
    const channel = `${LiveChannelScope.DataSource}/${uid}/${path}`;
    const addr = channel.length > longestChannel ? undefined : parseLiveChannelAddress(channel);
    if (addr === undefined) {
      return throwError(() => new Error('Too many filter values to follow live: leave some of them out.'));
    }
    return getGrafanaLiveSrv().getDataStream({
      key: `${request.requestId}-${query.refId}`,
      addr,
      buffer: { maxLength: keptLines },
    });
  });
  return merge(...streams);
}

/** `samples/<filters as a query string, base64url>`: viewers with the same filters share one stream. */
export function streamPath({ filters = [] }: Why403Query): string | undefined {
  const params = filterParams(filters);
  if (params === undefined) {
    return undefined;
  }
  const pairs = new URLSearchParams(
    Object.entries(params)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, values]) => [...values].sort().map((value): [string, string] => [name, value]))
  );
  return `samples/${base64Url(pairs.toString())}`;
}

/** A query string is ASCII, so `btoa` takes it as it is. */
const base64Url = (ascii: string): string => btoa(ascii).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
