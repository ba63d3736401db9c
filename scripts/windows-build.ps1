# Finds Visual Studio's tools and vcpkg, then configures and builds with the preset windows-msvc.
# Used by run.ps1 and test.ps1:  . scripts\windows-build.ps1;  Build-Reeve
$ErrorActionPreference = 'Stop'

function Invoke-Checked {
    param([string]$Program, [string[]]$Arguments)
    & $Program @Arguments
    if ($LASTEXITCODE -ne 0) { throw "$Program failed with exit status $LASTEXITCODE" }
}

function Find-Tool {
    param([string]$Name)
    $onPath = Get-Command "$Name.exe" -ErrorAction SilentlyContinue
    if ($onPath) { return $onPath.Source }
    # Visual Studio brings CMake and CTest of its own.
    $vswhere = Join-Path ${env:ProgramFiles(x86)} 'Microsoft Visual Studio\Installer\vswhere.exe'
    if (Test-Path $vswhere) {
        $found = & $vswhere -latest -products * -find "**\CMake\bin\$Name.exe" | Select-Object -First 1
        if ($found) { return $found }
    }
    throw "$Name.exe was not found. Install Visual Studio 2022 with 'Desktop development with C++'."
}

function Set-Vcpkg {
    if (-not $env:VCPKG_ROOT -and $env:VCPKG_INSTALLATION_ROOT) { $env:VCPKG_ROOT = $env:VCPKG_INSTALLATION_ROOT }
    if (-not $env:VCPKG_ROOT -or -not (Test-Path (Join-Path $env:VCPKG_ROOT 'scripts\buildsystems\vcpkg.cmake'))) {
        throw 'VCPKG_ROOT does not name a vcpkg folder. See https://learn.microsoft.com/vcpkg/get_started/get-started'
    }
}

function Build-Reeve {
    param([string[]]$Options = @())
    Set-Vcpkg
    Invoke-Checked (Find-Tool 'cmake') (@('--preset', 'windows-msvc') + $Options)
    Invoke-Checked (Find-Tool 'cmake') @('--build', '--preset', 'windows-msvc', '--parallel')
}
