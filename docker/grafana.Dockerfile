# syntax=docker/dockerfile:1
# Grafana with the plugin. Its dashboards are provisioned from the plugin's own folder, so there is one copy of them.
# Not run yet: docs/grafana/install.md.

ARG GRAFANA_VERSION=13.2.2

FROM node:24.11.1-bookworm-slim AS frontend
WORKDIR /src/grafana-plugin
COPY grafana-plugin/package.json grafana-plugin/package-lock.json ./
RUN npm ci
COPY grafana-plugin ./
RUN npm run build

FROM golang:1.26.5-bookworm AS backend
WORKDIR /src/grafana-plugin
COPY grafana-plugin/go.mod grafana-plugin/go.sum ./
RUN go mod download
COPY grafana-plugin ./
RUN go run github.com/magefile/mage build:backend

FROM grafana/grafana:${GRAFANA_VERSION}-ubuntu
USER root
# Data stand elsewhere than plugins: a volume over both would keep the plugin of its first start for ever.
RUN mkdir -p /var/lib/grafana-data && chown 472:0 /var/lib/grafana-data
ENV GF_PATHS_DATA=/var/lib/grafana-data \
    GF_PATHS_PLUGINS=/var/lib/grafana/plugins
COPY --from=frontend /src/grafana-plugin/dist /var/lib/grafana/plugins/why403-apigateway-datasource
COPY --from=backend --chmod=0755 /src/grafana-plugin/dist/ /var/lib/grafana/plugins/why403-apigateway-datasource/
USER 472:0
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:3000/api/health"]
