# Cross-build for 64-bit Windows with Debian's mingw-w64 (the posix-thread flavour, which has std::thread).
# Libraries come from the prefix that scripts/windows-deps.sh fills; test programs run under Wine.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR AMD64)

set(CMAKE_C_COMPILER x86_64-w64-mingw32-gcc-posix)
set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

get_filename_component(_reeve_root "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
if(DEFINED ENV{REEVE_WINDOWS_DEPS})
  set(CMAKE_FIND_ROOT_PATH "$ENV{REEVE_WINDOWS_DEPS}")
else()
  set(CMAKE_FIND_ROOT_PATH "${_reeve_root}/.cache/windows-deps")
endif()
if(NOT IS_DIRECTORY "${CMAKE_FIND_ROOT_PATH}")
  message(FATAL_ERROR "The Windows libraries are not there yet (${CMAKE_FIND_ROOT_PATH}). Run scripts/windows-deps.sh first.")
endif()

# Nothing of the build machine's own libraries may leak in; its programs (ninja, ccache, pkg-config) are what we run.
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_CROSSCOMPILING_EMULATOR "${_reeve_root}/scripts/wine.sh")
unset(_reeve_root)
