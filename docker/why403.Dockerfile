# syntax=docker/dockerfile:1
# The service. Debian, because the embedded database needs glibc. Not run yet: docs/grafana/install.md.

FROM node:24.11.1-bookworm-slim AS manifests
WORKDIR /src
COPY package.json package-lock.json ./
COPY parsers/package.json parsers/
COPY server/package.json server/
COPY test/openapi-client/package.json test/openapi-client/

FROM manifests AS build
RUN npm ci
COPY tsconfig.base.json ./
COPY parsers parsers
COPY server server
RUN npx tsc --build parsers server \
 && node server/copy-assets.mjs \
 && npm run --silent bundle --workspace parsers

FROM manifests AS packages
RUN npm ci --omit=dev --workspace parsers --workspace server --include-workspace-root

FROM node:24.11.1-bookworm-slim
ENV NODE_ENV=production
WORKDIR /opt/why403
# A number, so that an orchestrator can see that it is not root. The folders are made here for volumes to take their owner from.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin why403 \
 && mkdir -p /var/lib/why403 /run/why403/access /run/why403/database /run/why403/grafana /run/why403/prometheus \
 && chown -R 10001:10001 /var/lib/why403 /run/why403
COPY --from=packages /src/node_modules node_modules
COPY --from=packages /src/package.json package.json
COPY --from=build /src/parsers/package.json parsers/package.json
COPY --from=build /src/parsers/dist parsers/dist
COPY --from=build /src/server/package.json server/package.json
COPY --from=build /src/server/bin server/bin
COPY --from=build /src/server/dist server/dist
COPY --from=build /src/server/samples server/samples
COPY --chmod=0755 docker/start.sh docker/make-secrets.mjs docker/
COPY LICENSE ./
# `serve` and `demo` keep their data in folders of their names in /var/lib/why403.
ENV XDG_DATA_HOME=/var/lib
USER 10001:10001
EXPOSE 4030
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=6 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4030/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/opt/why403/docker/start.sh"]
CMD ["serve"]
