# The build runs on the builder's own architecture and compiles for the one that is asked for.
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG TARGETARCH
WORKDIR /source

# Only what names packages: the layer below stays cached until one of these files changes.
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY Portal.Storage/Portal.Storage.csproj Portal.Storage/
COPY Portal.Registry/Portal.Registry.csproj Portal.Registry/
COPY Portal.Web/Portal.Web.csproj Portal.Web/
RUN dotnet restore Portal.Web -a $TARGETARCH -p:PublishReadyToRun=true

COPY . .
RUN dotnet publish Portal.Web -c Release -a $TARGETARCH --no-restore --no-self-contained -p:PublishReadyToRun=true -o /app


FROM mcr.microsoft.com/dotnet/aspnet:10.0
LABEL org.opencontainers.image.title="Registry Portal" \
      org.opencontainers.image.description="A Docker and OCI registry with its own web UI" \
      org.opencontainers.image.licenses="Apache-2.0"

# The base image names a port of its own; the configuration names both of ours.
ENV ASPNETCORE_HTTP_PORTS=

COPY --from=build /app /app
COPY Portal.Web/docker/config.yml /etc/docker/registry/config.yml

# The executable does what it is called for, so `--entrypoint htpasswd` works as with registry:2.
RUN ln -s /app/Portal.Web /usr/local/bin/registry \
    && ln -s /app/Portal.Web /usr/local/bin/htpasswd \
    && mkdir -p /var/lib/registry \
    && chown $APP_UID:$APP_UID /var/lib/registry

WORKDIR /app
USER $APP_UID
EXPOSE 5000 5080
VOLUME /var/lib/registry
ENTRYPOINT ["registry"]
CMD ["serve"]
