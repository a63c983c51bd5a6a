# One image for every role and for the migrations:
#   docker run IMAGE                              runs the service; ROLE selects its part: all, api or worker
#   docker run IMAGE node dist/cli/db.js upgrade  applies the migrations
# The image contains no database, so DATABASE_URL or PGHOST is required. It has the same files on every platform: they are made on the
# platform of the builder, and nothing runs in the last stage.
ARG BASE=node:24.21.0-bookworm-slim@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6

FROM --platform=$BUILDPLATFORM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM --platform=$BUILDPLATFORM ${BASE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are the embedded PostgreSQL and tsx's compiler. tsx runs TypeScript, of which the image has none. The last line
# fails when a package is made for one platform only.
RUN npm ci --omit=dev --omit=optional --ignore-scripts \
  && rm -rf node_modules/tsx node_modules/esbuild node_modules/@esbuild node_modules/.bin \
  && find node_modules -type f '(' -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' ')' -delete \
  && test -z "$(find node_modules -type f -name '*.node')"

FROM ${BASE}
ARG VERSION=local
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="New Voice Enterprise Platform" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.source="${SOURCE}"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/tmp/new-voice
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY drizzle drizzle
COPY scripts/container/health-check.sh ./
COPY --from=build /app/dist dist
# The files belong to root, so that the service cannot change its own code. The number instead of the name `node`: Kubernetes cannot
# know of a name that it is not root (runAsNonRoot).
USER 1000:1000
EXPOSE 3000
# compose.yaml adds the start interval, which older builders do not know.
HEALTHCHECK --interval=30s --timeout=10s --start-period=300s --retries=3 \
  CMD ["bash", "/app/health-check.sh"]
# On SIGTERM the service finishes requests in flight, then the worker loops, and then closes the database.
STOPSIGNAL SIGTERM
# The heap gets 60 % of the memory of the container; the rest is for buffers, code and stacks (docs/operations.md, Memory).
CMD ["node", "--max-old-space-size-percentage=60", "--enable-source-maps", "dist/main.js"]
