# Builds the program and puts it, alone, into a small image.
#   docker build -t engaging-with-families .
#   docker run --rm -p 127.0.0.1:3000:3000 -v families-data:/data engaging-with-families

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
# The list of .dockerignore decides what comes along; rust-toolchain.toml does not, since the image is the toolchain.
COPY . .
ENV SQLX_OFFLINE=true
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin engaging-with-families \
    && cp target/release/engaging-with-families /engaging-with-families \
    && mkdir /empty

FROM debian:bookworm-slim
COPY --from=build /engaging-with-families /usr/local/bin/engaging-with-families
COPY LICENSE LICENSE-MIT LICENSE-APACHE NOTICE /usr/share/doc/engaging-with-families/
# The volume begins as a folder of this user, so the program needs no rights of its own.
COPY --from=build --chown=65532:65532 /empty /data
USER 65532:65532
ENV EWF_LISTEN=0.0.0.0:3000 \
    EWF_DATA=/data \
    EWF_LOG_FORMAT=json
VOLUME /data
EXPOSE 3000
# The server finishes requests in flight when it is asked to stop.
STOPSIGNAL SIGTERM
# bash speaks TCP by itself, so the image needs no curl. Port from EWF_LISTEN.
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/${EWF_LISTEN##*:} && printf 'GET /readyz HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' >&3 && read -r -t 4 _ status _ <&3 && [ \"$status\" = 200 ]"]
ENTRYPOINT ["/usr/local/bin/engaging-with-families"]
CMD ["serve"]
