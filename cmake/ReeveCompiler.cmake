# Flags that every target gets. Per-system sources are chosen in agent/os; nothing else asks which system this is.
if(MSVC)
  add_compile_options(/W4 /permissive- /utf-8 /Zc:__cplusplus /Zc:preprocessor /EHsc /bigobj)
  add_compile_definitions(_CRT_SECURE_NO_WARNINGS)
  if(REEVE_WERROR)
    add_compile_options(/WX)
  endif()
else()
  add_compile_options(-Wall -Wextra -Wpedantic -Wshadow $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor> -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # GCC 12 sees overlaps in std::string's operator+ that are not there (GCC bug 105651).
    add_compile_options(-Wno-restrict)
  endif()
  if(REEVE_WERROR)
    add_compile_options(-Werror)
  endif()
endif()

if(WIN32)
  # 0x0A00: Windows 10 is the oldest system served. NOMINMAX and LEAN_AND_MEAN keep <windows.h> out of the way.
  add_compile_definitions(_WIN32_WINNT=0x0A00 WINVER=0x0A00 NOMINMAX WIN32_LEAN_AND_MEAN UNICODE _UNICODE)
endif()
if(MINGW)
  add_compile_options(-Wa,-mbig-obj)
  # One .exe and one .dll per plugin, without the compiler's own DLLs beside them.
  add_link_options(-static)
  # The symbol table is three quarters of a linked file here; a debugger reads build/windows-mingw, not the release.
  add_link_options($<$<CONFIG:Release>:-s>)
endif()

if(REEVE_SANITIZE)
  # -O1 and line numbers alone take half the time to compile, and their reports are as good.
  add_compile_options(-fsanitize=${REEVE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -O1 -g1)
  add_link_options(-fsanitize=${REEVE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # What the sanitizers insert makes GCC warn of Boost's own headers, and of fences, which the thread sanitizer ignores.
    add_compile_options(-Wno-maybe-uninitialized -Wno-tsan)
  endif()
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

find_program(REEVE_CCACHE ccache)
if(REEVE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths below the checkout do not count, so that a second clone finds what the first compiled.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${REEVE_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
