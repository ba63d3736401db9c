// SPDX-License-Identifier: Apache-2.0
// Numbers and names that plugins carry in their binaries. Debug information does not show macros, so that
// they are pinned here. A line is never changed and never removed.
#define REEVE_HOST_BUILD
#include "reeve/counters.h"
#include "reeve/file_locks.h"
#include "reeve/open_files.h"
#include "reeve/plugin.h"
#include "reeve/process_table.h"
#include "reeve/socket_table.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <string_view>

namespace {

#define PIN(name, value) static_assert((name) == (value), #name " changed")
#define PIN_TEXT(name, value) static_assert(std::string_view(name) == (value), #name " changed")

PIN(REEVE_ABI_MAJOR, 1u);
PIN_TEXT(REEVE_ENTRY_NAME, "reeve_module_v1");

PIN(REEVE_OK, 0);
PIN(REEVE_PARTIAL, 1);
PIN(REEVE_E_FAIL, -1);
PIN(REEVE_E_ARG, -2);
PIN(REEVE_E_UNSUPPORTED, -3);
PIN(REEVE_E_NOT_FOUND, -4);
PIN(REEVE_E_TYPE, -5);
PIN(REEVE_E_CANCELLED, -6);
PIN(REEVE_E_AGAIN, -7);
PIN(REEVE_E_LIMIT, -8);
PIN(REEVE_E_DENIED, -9);
PIN(REEVE_E_NOMEM, -10);
PIN(REEVE_E_STATE, -11);

PIN(REEVE_TRACE, 0);
PIN(REEVE_DEBUG, 1);
PIN(REEVE_INFO, 2);
PIN(REEVE_WARN, 3);
PIN(REEVE_ERROR, 4);
PIN(REEVE_FATAL, 5);

PIN(REEVE_GAUGE, 1);
PIN(REEVE_COUNTER, 2);
PIN(REEVE_HISTOGRAM, 3);
PIN(REEVE_INFO_METRIC, 4);

PIN(REEVE_T_STR, 1);
PIN(REEVE_T_I64, 2);
PIN(REEVE_T_U64, 3);
PIN(REEVE_T_F64, 4);
PIN(REEVE_T_BOOL, 5);

PIN(REEVE_PF_DEDICATED_THREAD, 1);
PIN(REEVE_PF_PREFER_ISOLATED, 2);
PIN(REEVE_PF_NEEDS_ELEVATED, 4);

PIN_TEXT(REEVE_EXT_EVENT_SINK, "reeve.event-sink/1");
PIN_TEXT(REEVE_EXT_PROCESS_TABLE, "reeve.process-table/1");
PIN_TEXT(REEVE_EXT_SOCKET_TABLE, "reeve.socket-table/1");
PIN_TEXT(REEVE_EXT_COUNTERS, "reeve.counters/1");

PIN(REEVE_PROCESS_PARENT, 0x1u);
PIN(REEVE_PROCESS_STATE, 0x2u);
PIN(REEVE_PROCESS_EXECUTABLE, 0x4u);
PIN(REEVE_PROCESS_COMMAND_LINE, 0x8u);
PIN(REEVE_PROCESS_USER, 0x10u);
PIN(REEVE_PROCESS_CPU, 0x20u);
PIN(REEVE_PROCESS_RESIDENT_MEMORY, 0x40u);
PIN(REEVE_PROCESS_VIRTUAL_MEMORY, 0x80u);
PIN(REEVE_PROCESS_PRIVATE_MEMORY, 0x100u);
PIN(REEVE_PROCESS_SWAP_MEMORY, 0x200u);
PIN(REEVE_PROCESS_THREADS, 0x400u);
PIN(REEVE_PROCESS_OPEN_HANDLES, 0x800u);
PIN(REEVE_PROCESS_OPEN_HANDLES_LIMIT, 0x1000u);
PIN(REEVE_PROCESS_IO, 0x2000u);
PIN(REEVE_PROCESS_PAGE_FAULTS, 0x4000u);
PIN(REEVE_PROCESS_CONTEXT_SWITCHES, 0x8000u);
PIN(REEVE_PROCESS_START_TIME, 0x10000u);
PIN(REEVE_PROCESS_SHORT_LIVED, 0x80000000u);

PIN(REEVE_STATE_OTHER, 0);
PIN(REEVE_STATE_RUNNING, 1);
PIN(REEVE_STATE_SLEEPING, 2);
PIN(REEVE_STATE_WAITING, 3);
PIN(REEVE_STATE_STOPPED, 4);
PIN(REEVE_STATE_ZOMBIE, 5);
PIN(REEVE_STATE_IDLE, 6);
PIN(REEVE_PROCESS_KERNEL_THREAD, 1u);

PIN(REEVE_SOCKETS_LISTENING, 1u);
PIN(REEVE_SOCKETS_CONNECTIONS, 2u);
PIN(REEVE_SOCKETS_OWNERS, 4u);
PIN(REEVE_TCP, 6);
PIN(REEVE_UDP, 17);
PIN(REEVE_SOCKET_OTHER, 0);
PIN(REEVE_SOCKET_ESTABLISHED, 1);
PIN(REEVE_SOCKET_SYN_SENT, 2);
PIN(REEVE_SOCKET_SYN_RECV, 3);
PIN(REEVE_SOCKET_FIN_WAIT1, 4);
PIN(REEVE_SOCKET_FIN_WAIT2, 5);
PIN(REEVE_SOCKET_TIME_WAIT, 6);
PIN(REEVE_SOCKET_CLOSE, 7);
PIN(REEVE_SOCKET_CLOSE_WAIT, 8);
PIN(REEVE_SOCKET_LAST_ACK, 9);
PIN(REEVE_SOCKET_LISTEN, 10);
PIN(REEVE_SOCKET_CLOSING, 11);
PIN(REEVE_SOCKET_V6, 1u);
PIN(REEVE_SOCKET_V6_ONLY, 2u);
PIN(REEVE_SOCKET_DUAL_STACK, 4u);
PIN_TEXT(REEVE_EXT_FILE_LOCKS, "reeve.file-locks/1");
PIN(REEVE_FILES_OPENINGS, 1u);
PIN(REEVE_FILES_MAPPINGS, 2u);
PIN(REEVE_FILES_ALL_LOCKS, 4u);
PIN(REEVE_LOCK_OTHER, 0);
PIN(REEVE_LOCK_POSIX, 1);
PIN(REEVE_LOCK_OFD, 2);
PIN(REEVE_LOCK_FLOCK, 3);
PIN(REEVE_LOCK_LEASE, 4);
PIN(REEVE_LOCK_DELEGATION, 5);
PIN(REEVE_LOCK_MODE_OTHER, 0);
PIN(REEVE_LOCK_READ, 1);
PIN(REEVE_LOCK_WRITE, 2);
PIN(REEVE_OPEN_OTHER, 0);
PIN(REEVE_OPEN_DESCRIPTOR, 1);
PIN(REEVE_OPEN_MAPPING, 2);
PIN(REEVE_OPEN_WORKING_DIRECTORY, 3);
PIN(REEVE_OPEN_ROOT_DIRECTORY, 4);
PIN(REEVE_OPEN_EXECUTABLE, 5);
PIN(REEVE_UNRESOLVED_NONE, 0);
PIN(REEVE_UNRESOLVED_ACCESS_DENIED, 1);
PIN(REEVE_UNRESOLVED_UNSEEN, 2);
PIN(REEVE_FILE_DELETED, 1u);
PIN(REEVE_FILE_FOLDER, 2u);
PIN(REEVE_ACCESS_READ, 1u);
PIN(REEVE_ACCESS_WRITE, 2u);
PIN(REEVE_LOCK_WAITING, 1u);
PIN(REEVE_LOCK_BREAKING, 2u);
PIN(REEVE_LOCK_IN_CYCLE, 4u);

PIN(REEVE_COUNTER_SET, 1);
PIN(REEVE_COUNTER_PDH, 2);
PIN(REEVE_COUNTER_FILE, 3);
PIN(REEVE_COUNTER_NOT_ASKED, 0);
PIN(REEVE_COUNTER_AVAILABLE, 1);
PIN(REEVE_COUNTER_MISSING, 2);
PIN(REEVE_COUNTER_DENIED, 3);
PIN(REEVE_COUNTER_FAILED, 4);

PIN_TEXT(REEVE_EXT_OPEN_FILES, "reeve.open-files/1");
PIN(REEVE_HANDLE_OTHER, 0);
PIN(REEVE_HANDLE_FILE, 1);
PIN(REEVE_HANDLE_FOLDER, 2);
PIN(REEVE_HANDLE_SOCKET, 3);
PIN(REEVE_HANDLE_PIPE, 4);
PIN(REEVE_HANDLE_EVENT, 5);
PIN(REEVE_HANDLE_DEVICE, 6);
PIN(REEVE_HANDLE_SHARED_MEMORY, 7);
PIN(REEVE_HANDLE_PROCESS, 8);
PIN(REEVE_HANDLE_THREAD, 9);
PIN(REEVE_HANDLE_REGISTRY_KEY, 10);

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> all_of(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::set<std::string> out;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    out.insert((*at)[1]);
  return out;
}

// A constant that a header gains must be pinned too; a version number that moves with every append is none.
TEST(pinned_constants, none_of_the_headers_is_missing_here) {
  const auto here =
      all_of(text_of(std::filesystem::path(REEVE_SOURCE_DIR) / "tests/abi/pinned_constants.cpp"),
             "PIN(?:_TEXT)?\\((REEVE_\\w+),");
  std::set<std::string> declared;
  for (const auto& header : std::filesystem::directory_iterator(std::filesystem::path(REEVE_SOURCE_DIR) /
                                                                "plugin-api/include/reeve")) {
    if (header.path().extension() != ".h") continue;
    const std::string text = text_of(header.path());
    declared.merge(all_of(text, "#define (REEVE_(?:ABI_MAJOR|ENTRY_NAME|EXT_\\w+)) "));
    declared.merge(all_of(text, "#define (REEVE_\\w+) \\(?(?:0x)?[0-9]\\w*u?(?: <<|\\))"));
    declared.merge(all_of(text, "\\b(REEVE_\\w+) = "));
  }
  EXPECT_GT(declared.size(), 50u);
  for (const std::string& name : declared)
    EXPECT_TRUE(here.contains(name)) << name << " is not pinned";
}

} // namespace
