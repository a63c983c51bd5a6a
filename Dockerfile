# One image for every role and for the migrations:
#   docker run IMAGE                              runs the service; ROLE selects its part: all, api or worker
#   docker run IMAGE node dist/cli/db.js upgrade  applies the migrations
# The image contains no database, so DATABASE_URL is required.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build

FROM ${BASE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are the embedded PostgreSQL and tsx's compiler. Neither is used in the image.
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM ${BASE}
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/tmp/new-voice
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY drizzle drizzle
COPY --from=build /app/dist dist
# The files belong to root, so that the service cannot change its own code.
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/health/live`).then((response) => process.exit(response.ok ? 0 : 1), () => process.exit(1))"]
# On SIGTERM the service finishes requests in flight, then the worker loops, and then closes the database.
STOPSIGNAL SIGTERM
CMD ["node", "--enable-source-maps", "dist/main.js"]
