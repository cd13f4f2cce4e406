#!/bin/sh
# Synthesize the apps in fixtures/cdk anew, as `cdk synth` would.
# Needs node, npm, python3 and their registries. Only fixtures change; the tests read those.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
work=${1:-$(mktemp -d)}
current=2.275.0
earlier=2.150.0

export CDK_DEFAULT_ACCOUNT= CDK_DEFAULT_REGION=
paths='{"aws:cdk:enable-path-metadata":true,"aws:cdk:enable-asset-metadata":true}'

prepare() {
    rm -rf "$work/$1"
    mkdir -p "$work/$1"
    cp -R "$root/fixtures/cdk/$1/." "$work/$1"
    rm -rf "$work/$1/cdk.out"
    export CDK_OUTDIR="$work/$1/cdk.out"
    cd "$work/$1"
}

# The app's own folder is /app in what is kept, and assets that are no templates are left out.
keep() {
    rm -rf "$root/fixtures/cdk/$1/cdk.out"
    find cdk.out -type d -name 'asset.*' -prune -exec rm -rf {} +
    find cdk.out -type f -name '*.json' -exec sed -i "s#$work/$1\(-node\)\{0,1\}/#/app/#g" {} +
    cp -R cdk.out "$root/fixtures/cdk/$1/cdk.out"
}

prepare typescript
npm install --silent --no-package-lock --prefix "$work/typescript-node" "aws-cdk-lib@$current" constructs@10 \
    typescript@5.4 ts-node@10 @types/node@20
ln -sfn "$work/typescript-node/node_modules" node_modules
CDK_CONTEXT_JSON=$paths TS_NODE_COMPILER_OPTIONS='{"module":"commonjs","target":"es2022"}' \
    node -r ts-node/register/transpile-only bin/app.ts
keep typescript

prepare python
[ -d "$work/venv" ] || python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet "aws-cdk-lib==$current"
JSII_HOST_STACK_TRACES=1 "$work/venv/bin/python" app.py
keep python

prepare earlier
npm install --silent --no-package-lock --prefix "$work/earlier-node" "aws-cdk-lib@$earlier" \
    constructs@10.1.200
ln -sfn "$work/earlier-node/node_modules" node_modules
CDK_DEBUG=true CDK_CONTEXT_JSON=$paths node app.js
keep earlier
