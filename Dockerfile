# The paper's figures in a container.
#
#   docker build -t reproduce-all .
#   docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/figures:/reproduction/figures" \
#       reproduce-all [COMMAND]
#
# COMMAND is what `python -m reproduce` takes, such as `figure3 --preset paper`; or `lab` for
# JupyterLab (add -p 127.0.0.1:8888:8888), `rank` for a table of your own (add -v "$PWD:/data"), or
# `test` for the tests. Without one: all figures, quick preset.
#
# On a GPU: docker build --build-arg TORCH=cuda -t reproduce-all .   and   docker run --gpus all …
# Offline:  make wheels   (with Python 3.11, on a machine like the one that builds)
#           docker build --build-arg PIP_NO_INDEX=1 -t reproduce-all .
# The base image must be there already. Another index: --build-arg PIP_INDEX_URL=…
# Exactly one base image: --build-arg BASE=python:3.11-slim-bookworm@sha256:…

ARG BASE=python:3.11-slim-bookworm
FROM ${BASE} AS build
ARG TORCH=cpu
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
WORKDIR /build
COPY wheels/ wheels/
COPY requirements.lock requirements-cpu.lock requirements-cuda.lock ./
# The venv has no pip of its own: the image's pip fills it. The locks name every package and its
# hashes: pip resolves nothing.
RUN case "$TORCH" in cpu | cuda) ;; *) echo "TORCH is cpu or cuda, not '$TORCH'" >&2; exit 2 ;; esac \
    && python3 -m venv --without-pip /opt/venv \
    && install() { \
        python3 -m pip --no-cache-dir --disable-pip-version-check --python /opt/venv/bin/python \
            install --root-user-action ignore --find-links wheels --no-deps --require-hashes "$@"; } \
    && install --requirement "requirements-$TORCH.lock" \
    && install --requirement requirements.lock \
    # a sixth of the venv: tests of the packages, and headers for a compiler that is not there
    && cd /opt/venv/lib/python3.11/site-packages \
    && rm -rf torch/include torch/test \
    && find . -type d -name tests -prune -exec rm -r {} +
COPY . /opt/reproduction
RUN rm -r /opt/reproduction/wheels \
    && /opt/venv/bin/python -m compileall -q /opt/reproduction \
    # readable by every user, whatever the umask of the checkout
    && chmod -R a+rX /opt/reproduction

FROM ${BASE}
LABEL org.opencontainers.image.title="reproduce-all" \
    org.opencontainers.image.description="Reproduces the figures of arXiv:2406.01183" \
    org.opencontainers.image.version="0.1.0" \
    org.opencontainers.image.licenses="MIT" \
    org.opencontainers.image.documentation="https://arxiv.org/abs/2406.01183"

COPY --from=build /opt/venv /opt/venv

# The source is not in the working directory: a mount on figures/ would hide figures/reference.json.
COPY --from=build /opt/reproduction /opt/reproduction
RUN python3 -m pip --no-cache-dir --disable-pip-version-check --python /opt/venv/bin/python \
        install --root-user-action ignore --no-index --no-deps --no-build-isolation \
        --editable /opt/reproduction \
    && ln -s /opt/reproduction/docker/entrypoint /opt/reproduction/docker/health /usr/local/bin/ \
    # whoever runs it, without a mount too, may write here
    && mkdir -p /reproduction/figures \
    && cp -R /opt/reproduction/notebooks /reproduction/notebooks \
    && chmod -R a+rwX /reproduction

# Any user id will do, with or without a home or a name; all caches go to /tmp. Python leaves the
# working directory, where everyone may write, off its path.
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    USER=reproduction \
    LOGNAME=reproduction \
    HYPOTHESIS_STORAGE_DIRECTORY=/tmp/hypothesis \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    REPRODUCE_RUNS=/reproduction/figures/runs
WORKDIR /reproduction
USER 1000:1000
EXPOSE 8888
# Python heeds SIGINT from its first moment; SIGTERM would be ignored until the imports are done.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["health"]
ENTRYPOINT ["entrypoint"]
