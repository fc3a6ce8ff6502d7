# Build with another base where the default cannot be fetched: --build-arg BASE=...
ARG BASE=python:3.13-slim-bookworm
FROM ${BASE}

# VIDEO=no leaves out PyAV (100 MB): everything works but video.
ARG VIDEO=yes
ENV PYTHONUNBUFFERED=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /school
COPY requirements.txt requirements-video.txt ./
RUN pip install --require-hashes -r requirements.txt \
 && if [ "$VIDEO" = yes ]; then \
      pip install --require-hashes -r requirements-video.txt || echo "video stays off: no PyAV for this machine"; \
    fi

COPY . .
RUN python -m compileall -q app.py blueprints school migrations \
 && install -d -o 1000 -g 1000 -m 0700 /data

# TMPDIR: uploads are spooled on the volume's own disk, where they can be renamed into place.
ENV SCHOOL_INSTANCE=/data TMPDIR=/data/tmp HOST=0.0.0.0 PORT=8080
USER 1000
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", \
       "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["python", "app.py"]
