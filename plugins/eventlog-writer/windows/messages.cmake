# reeve-messages.dll: what Event Viewer shows for each event id, which is the event's own text (%1). Every id from 1 to
# 65535 has it, since plugins choose their ids. The message compiler numbers a message without a number by itself.
enable_language(RC)
set(messages ${CMAKE_CURRENT_BINARY_DIR}/messages)
string(REPEAT "MessageId=\nLanguage=English\n%1\n.\n\n" 65535 all)
file(CONFIGURE OUTPUT ${messages}/reeve-messages.mc CONTENT "LanguageNames=(English=0x409:MSG00409)\n\n${all}" @ONLY)
file(CONFIGURE OUTPUT ${messages}/empty.c CONTENT "typedef int reeve_messages_has_no_code;\n" @ONLY)

# mc of the Windows SDK stands beside rc; windmc of binutils takes the same options.
get_filename_component(sdk "${CMAKE_RC_COMPILER}" DIRECTORY)
get_filename_component(sdk_too "${CMAKE_MT}" DIRECTORY)
find_program(REEVE_MESSAGE_COMPILER NAMES x86_64-w64-mingw32-windmc windmc mc HINTS ${sdk} ${sdk_too} REQUIRED)
add_custom_command(
  OUTPUT ${messages}/reeve-messages.rc ${messages}/MSG00409.bin
  COMMAND ${REEVE_MESSAGE_COMPILER} -h ${messages} -r ${messages} ${messages}/reeve-messages.mc
  DEPENDS ${messages}/reeve-messages.mc
  WORKING_DIRECTORY ${messages}
  COMMENT "Compiling the event messages")

add_library(reeve_messages MODULE ${messages}/empty.c ${messages}/reeve-messages.rc)
set_source_files_properties(${messages}/reeve-messages.rc PROPERTIES OBJECT_DEPENDS ${messages}/MSG00409.bin)
# Beside reeve.exe, where `reeve eventlog install` looks for it.
set_target_properties(reeve_messages PROPERTIES OUTPUT_NAME reeve-messages PREFIX "" LIBRARY_OUTPUT_DIRECTORY $<1:${CMAKE_BINARY_DIR}/bin>)
target_include_directories(reeve_messages PRIVATE ${messages})
if(MSVC)
  target_link_options(reeve_messages PRIVATE /NOENTRY)
endif()
add_dependencies(reeve_plugins reeve_messages)
