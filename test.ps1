# Builds Reeve with Visual Studio and vcpkg and runs its tests.
#   .\test.ps1           build and test
#   .\test.ps1 -Build    only build
param([switch]$Build)
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
. (Join-Path $PSScriptRoot 'scripts\windows-build.ps1')

$werror = if ($env:CI) { 'ON' } else { 'OFF' }
Build-Reeve @('-DREEVE_TESTS=ON', '-DREEVE_BENCH=ON', "-DREEVE_WERROR=$werror")
if ($Build) { exit 0 }
Invoke-Checked (Find-Tool 'ctest') @('--preset', 'windows-msvc')
