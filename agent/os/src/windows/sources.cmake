list(
  APPEND
  os_sources
  src/windows/command_line.cpp
  src/windows/control_channel.cpp
  src/windows/error.cpp
  src/windows/file_trust.cpp
  src/windows/library.cpp
  src/windows/process_details.cpp
  src/windows/process_list.cpp
  src/windows/process_table_windows.cpp
  src/windows/runtime_windows.cpp
  src/windows/security.cpp
  src/windows/self_stats_windows.cpp
  src/windows/socket_options.cpp
  src/windows/socket_table_windows.cpp
  src/windows/utf.cpp)
list(APPEND os_system_libraries advapi32 iphlpapi ntdll ws2_32)
