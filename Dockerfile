# The program in a container, for who has no Python: `docker build --tag claimtrack .` in this folder, then
# `docker run --rm --network none --volume "$PWD:/package:ro" claimtrack check .` in that of a package.
FROM python:3.13-slim AS build
RUN python -m pip install --quiet --no-cache-dir uv==0.13.9
WORKDIR /source
COPY pyproject.toml uv.lock README.md LICENSE LICENSE-DATA.md datapackage.json ./
COPY claimtrack ./claimtrack
COPY schemas ./schemas
RUN uv venv --quiet /opt/claimtrack
# The libraries are those of the lock, held to its checksums; then the program itself.
RUN uv export --quiet --frozen --no-dev --no-emit-project --output-file requirements.txt
RUN uv pip install --quiet --compile-bytecode --python /opt/claimtrack --require-hashes --requirement requirements.txt
RUN uv pip install --quiet --compile-bytecode --python /opt/claimtrack --no-deps .

FROM python:3.13-slim
COPY --from=build /opt/claimtrack /opt/claimtrack
ENV PATH=/opt/claimtrack/bin:$PATH
# It needs no rights: it reads what is mounted, and writes nothing but what the user names.
USER 65534
WORKDIR /package
ENTRYPOINT ["claimtrack"]
CMD ["check", "."]
