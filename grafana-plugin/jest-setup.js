// Jest setup provided by Grafana scaffolding
import './.config/jest-setup';
import { configure } from '@testing-library/dom';
import { ReadableStream } from 'node:stream/web';

// What @grafana/ui and React expect of a browser and jsdom lacks.

// React schedules by messages. Ports of worker_threads would keep the process open.
class MessageChannelStandIn {
  constructor() {
    this.port1 = { onmessage: null };
    this.port2 = { postMessage: (data) => setTimeout(() => this.port1.onmessage?.({ data }), 0) };
  }
}

class ObserverStandIn {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

Object.assign(global, {
  MessageChannel: MessageChannelStandIn,
  ReadableStream,
  IntersectionObserver: ObserverStandIn,
  ResizeObserver: ObserverStandIn,
});

// Lists of @grafana/ui render only what fits, and nothing has a size here.
Object.defineProperties(Element.prototype, {
  clientWidth: { get: () => 320 },
  clientHeight: { get: () => 1000 },
});
Element.prototype.scrollTo ??= () => {};

// They also measure their text to know how wide to be.
HTMLCanvasElement.prototype.getContext = () => ({ measureText: (text) => ({ width: text.length * 8 }) });

// Matching every rule of @grafana/ui against every element is most of the time of a test, and no test is about styles.
window.getComputedStyle = (element) => element.style;
configure({ defaultHidden: true });
