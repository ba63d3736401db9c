# Third-party libraries, each behind one target. Which folder may use which is checked by tests/lint.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(fmt CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(tomlplusplus CONFIG QUIET)
find_package(re2 CONFIG QUIET)
if(NOT tomlplusplus_FOUND OR NOT re2_FOUND)
  find_package(PkgConfig REQUIRED)
endif()

# Header-only use of Boost on every system, but for Boost.JSON below.
add_library(reeve_boost INTERFACE)
target_link_libraries(reeve_boost INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(
  reeve_boost INTERFACE BOOST_ALL_NO_LIB BOOST_ERROR_CODE_HEADER_ONLY BOOST_DLL_USE_STD_FS BOOST_ASIO_NO_DEPRECATED
                        BOOST_ASIO_DISABLE_BOOST_ARRAY BOOST_ASIO_DISABLE_BOOST_DATE_TIME)
if(WIN32)
  target_link_libraries(reeve_boost INTERFACE ws2_32 mswsock)
endif()

# Boost.JSON's sources are compiled once, here, since the cross-build has no library of them.
add_library(reeve_boost_json STATIC ${CMAKE_CURRENT_LIST_DIR}/boost_json.cpp)
target_link_libraries(reeve_boost_json PUBLIC reeve_boost)

# Header-only on every system, so that Linux and the cross-build use the same code; one source file includes it.
add_library(reeve_spdlog INTERFACE)
target_link_libraries(reeve_spdlog INTERFACE spdlog::spdlog_header_only fmt::fmt-header-only)

# Only the headers: Debian's target also links its shared library, which the cross-build has not and whose functions
# are those of another configuration (with exceptions).
add_library(reeve_cli11 INTERFACE)
target_link_libraries(reeve_cli11 INTERFACE CLI11::CLI11)

add_library(reeve_toml INTERFACE)
if(tomlplusplus_FOUND)
  set(_toml_target tomlplusplus::tomlplusplus)
else()
  pkg_check_modules(TOMLPLUSPLUS REQUIRED IMPORTED_TARGET tomlplusplus)
  set(_toml_target PkgConfig::TOMLPLUSPLUS)
endif()
target_include_directories(reeve_toml SYSTEM INTERFACE $<TARGET_PROPERTY:${_toml_target},INTERFACE_INCLUDE_DIRECTORIES>)

add_library(reeve_re2 INTERFACE)
if(re2_FOUND)
  target_link_libraries(reeve_re2 INTERFACE re2::re2)
else()
  pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
  target_link_libraries(reeve_re2 INTERFACE PkgConfig::RE2)
endif()

# Only the headers: agent/os loads the library at run time. Windows has its own TLS.
if(NOT WIN32)
  find_path(REEVE_OPENSSL_INCLUDE openssl/ssl.h REQUIRED)
endif()

if(REEVE_TESTS)
  find_package(GTest CONFIG REQUIRED)
endif()
if(REEVE_TESTS OR REEVE_BENCH)
  find_package(prometheus-cpp CONFIG REQUIRED)
endif()
if(REEVE_BENCH)
  find_package(benchmark CONFIG REQUIRED)
endif()
