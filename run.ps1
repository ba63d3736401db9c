# Builds Reeve with Visual Studio and vcpkg and starts it with config\reeve.toml.
#   .\run.ps1                     build and run in the foreground; Ctrl+C stops it
#   .\run.ps1 -Build              only build
#   .\run.ps1 -Arguments version  build, then `reeve version` instead of `reeve run`
param(
    [switch]$Build,
    [string[]]$Arguments = @('run', '--config', 'config\reeve.toml')
)
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
. (Join-Path $PSScriptRoot 'scripts\windows-build.ps1')

Build-Reeve @('-DREEVE_TESTS=OFF', '-DREEVE_BENCH=OFF')
if ($Build) { exit 0 }

if ($Arguments[0] -eq 'run') {
    Write-Host 'metrics: http://127.0.0.1:9847/metrics    status: http://127.0.0.1:9847/    stop: Ctrl+C'
}
& (Join-Path $PSScriptRoot 'build\windows-msvc\bin\reeve.exe') @Arguments
exit $LASTEXITCODE
