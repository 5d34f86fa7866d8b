# The paper's figures in a container.
#
#   docker build -t reproduce-all .
#   docker run --rm -v "$PWD/figures:/reproduction/figures" reproduce-all [COMMAND]
#
# COMMAND is what `python -m reproduce` takes, such as `figure3 --preset paper`; or `lab` for
# JupyterLab (add -p 8888:8888), or `test` for the tests. Without one: all figures, quick preset.
#
# On a GPU: docker build --build-arg TORCH=cuda -t reproduce-all .   and   docker run --gpus all …
# Offline:  make wheels   (with Python 3.11, on a machine like the one that builds)
#           docker build --build-arg PIP_NO_INDEX=1 -t reproduce-all .
# The base image must be there already. Another index: --build-arg PIP_INDEX_URL=…

FROM python:3.11-slim-bookworm AS build
ARG TORCH=cpu
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
ARG CPU_BUILDS=https://download.pytorch.org/whl/cpu
WORKDIR /build
COPY wheels/ wheels/
COPY requirements.lock .
# The venv has no pip of its own: the image's pip fills it.
RUN python3 -m venv --without-pip /opt/venv \
    && install() { \
        python3 -m pip --no-cache-dir --disable-pip-version-check --python /opt/venv/bin/python \
            install --root-user-action ignore --find-links wheels "$@"; } \
    && case "$TORCH" in \
        cpu) install --no-deps --extra-index-url "$CPU_BUILDS" \
            $(grep -E '^(torch|torchvision)==' requirements.lock) ;; \
        cuda) ;; \
        *) echo "TORCH is cpu or cuda, not '$TORCH'" >&2; exit 2 ;; \
    esac \
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

FROM python:3.11-slim-bookworm
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
    && chown -R 1000:1000 /reproduction \
    && chmod -R a+rwX /reproduction

# The entrypoint turns into the owner of figures/, 1000 where nothing is mounted: nothing runs with
# root's privileges. Any user id will do, with or without a home or a name; all caches go to /tmp.
ENV PATH=/opt/venv/bin:$PATH \
    HOME=/tmp \
    USER=reproduction \
    LOGNAME=reproduction \
    HYPOTHESIS_STORAGE_DIRECTORY=/tmp/hypothesis \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    REPRODUCE_RUNS=/reproduction/figures/runs
WORKDIR /reproduction
EXPOSE 8888
# Python heeds SIGINT from its first moment; SIGTERM would be ignored until the imports are done.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["health"]
ENTRYPOINT ["entrypoint"]
