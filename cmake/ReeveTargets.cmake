# reeve_library(NAME folder SOURCES ... [DEPS ...] [PRIVATE_DEPS ...])
# One static library per folder of the architecture. DEPS reach whoever links it; PRIVATE_DEPS stay inside.
function(reeve_library)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;DEPS;PRIVATE_DEPS" ${ARGN})
  add_library(reeve_${arg_NAME} STATIC ${arg_SOURCES})
  target_include_directories(reeve_${arg_NAME} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(reeve_${arg_NAME} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
endfunction()

# reeve_plugin(NAME process-watch SOURCES ... [DEPS ...])
# A loadable module in build/<preset>/plugins, built against plugin-api alone.
# The target reeve_plugins builds all of them.
add_custom_target(reeve_plugins)
function(reeve_plugin)
  cmake_parse_arguments(arg "" "NAME" "SOURCES;DEPS" ${ARGN})
  add_library(plugin_${arg_NAME} MODULE ${arg_SOURCES})
  set_target_properties(plugin_${arg_NAME} PROPERTIES OUTPUT_NAME ${arg_NAME} PREFIX "" LIBRARY_OUTPUT_DIRECTORY ${REEVE_PLUGIN_DIR}
                                                      LIBRARY_OUTPUT_DIRECTORY_RELEASE ${REEVE_PLUGIN_DIR})
  target_link_libraries(plugin_${arg_NAME} PRIVATE reeve_plugin_api ${arg_DEPS})
  add_dependencies(reeve_plugins plugin_${arg_NAME})
endfunction()

# What goes before a path of this machine in a program that was built for another: Wine's drive Z is the root folder.
set(REEVE_TEST_DRIVE "")
if(WIN32 AND CMAKE_CROSSCOMPILING)
  set(REEVE_TEST_DRIVE "Z:")
endif()

# reeve_test(NAME base_test SOURCES ... [DEPS ...] [TIMEOUT seconds])
# One program and one ctest entry; under the cross-build it runs through CMAKE_CROSSCOMPILING_EMULATOR.
function(reeve_test)
  cmake_parse_arguments(arg "" "NAME;TIMEOUT" "SOURCES;DEPS;ARGS" ${ARGN})
  if(NOT REEVE_TESTS)
    return()
  endif()
  add_executable(${arg_NAME} ${arg_SOURCES})
  target_link_libraries(${arg_NAME} PRIVATE ${arg_DEPS} GTest::gmock GTest::gtest GTest::gtest_main)
  target_include_directories(${arg_NAME} PRIVATE ${CMAKE_SOURCE_DIR})
  set_target_properties(${arg_NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_compile_definitions(${arg_NAME} PRIVATE REEVE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" REEVE_BUILD_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${arg_NAME} COMMAND ${arg_NAME} ${arg_ARGS})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${arg_NAME} PROPERTIES TIMEOUT ${arg_TIMEOUT})
endfunction()
