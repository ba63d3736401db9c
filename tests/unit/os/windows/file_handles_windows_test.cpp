// SPDX-License-Identifier: Apache-2.0
// Who holds a file, by the table of all handles: with the real helper, which is the agent's own program.
#include "reeve/os/file_lock_table.hpp"
#include "tests/support/file_holder.hpp"
#include "windows/file_handles.hpp"
#include "windows/handle_name_server.hpp"
#include "windows/unique_handle.hpp"
#include "windows/utf.hpp"
#include "windows/windows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace reeve::os {
namespace {

namespace fs = std::filesystem;
using parse::handle_outcome;
using parse::name_wanted;
using test::file_holder;

std::string reeve_program() {
  return std::string(REEVE_BIN_DIR) + "/reeve.exe";
}

class file_handles_windows : public testing::Test {
 protected:
  file_handles_windows() { test::write_file(path(), "text"); }

  std::string path(const char* name = "a file.txt") const { return (folder_ / name).string(); }

  file_lock_rows read(std::vector<std::string> paths) {
    file_lock_table_options how;
    how.helper_program = reeve_program();
    auto table = file_lock_table::create(how);
    EXPECT_TRUE(table);
    file_lock_rows out;
    file_lock_request request;
    request.paths = std::move(paths);
    const auto done = (*table)->read(request, out);
    EXPECT_TRUE(done) << done.error().message;
    for (const path_problem& p : out.problems)
      ADD_FAILURE() << p.why.message;
    return out;
  }
  static std::vector<file_opening> by(const file_lock_rows& rows, std::int64_t pid) {
    std::vector<file_opening> out;
    std::copy_if(rows.openings.begin(), rows.openings.end(), std::back_inserter(out),
                 [&](const file_opening& o) { return o.id.pid == pid; });
    return out;
  }

  test::temp_dir folder_;
};

TEST_F(file_handles_windows, who_refuses_to_share_a_file_is_named) {
  const file_holder holds({"alone=" + path()});
  const HANDLE refused =
      CreateFileW(to_utf16(path()).c_str(), GENERIC_READ,
                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, 0, nullptr);
  const DWORD code = GetLastError();
  ASSERT_EQ(refused, INVALID_HANDLE_VALUE);
  ASSERT_EQ(code, static_cast<DWORD>(ERROR_SHARING_VIOLATION));

  const auto rows = read({path()});
  const auto openings = by(rows, holds.pid());
  ASSERT_EQ(openings.size(), 1u) << rows.openings.size() << " in all";
  EXPECT_EQ(rows.openings.size(), 1u) << "nobody else has it";
  EXPECT_EQ(openings[0].how, opening_kind::descriptor);
  EXPECT_GT(openings[0].descriptor, 0);
  EXPECT_EQ(openings[0].access, file_opening::reads | file_opening::writes);
  EXPECT_NE(openings[0].id.start, 0u);
}

TEST_F(file_handles_windows, every_handle_is_an_opening_with_its_access) {
  const file_holder twice({"open=" + path(), "open=" + path(), "open=" + path("another")});
  test::write_file(path("a third"), "");
  const file_holder reads({"read=" + path("a third")});
  const auto rows = read({path(), path("a third")});
  EXPECT_EQ(by(rows, twice.pid()).size(), 2u) << "one for each handle, none for the file nobody asked about";
  const auto reading = by(rows, reads.pid());
  ASSERT_EQ(reading.size(), 1u);
  EXPECT_EQ(reading[0].access, file_opening::reads);
  EXPECT_EQ(reading[0].file, 1u);
}

TEST_F(file_handles_windows, upper_and_lower_case_and_folders_are_looked_through) {
  const file_holder holds({"open=" + path("Below.TXT")});
  EXPECT_EQ(by(read({path("bELOW.txt")}), holds.pid()).size(), 1u);
  const auto folder = read({folder_.path().string()});
  const auto openings = by(folder, holds.pid());
  ASSERT_EQ(openings.size(), 1u);
  EXPECT_TRUE(fs::path(folder.files[openings[0].file].path).filename() == "Below.TXT");
}

TEST_F(file_handles_windows, a_file_that_nobody_has_has_nobody) {
  const file_holder holds({"open=" + path("another")});
  const auto rows = read({path()});
  EXPECT_TRUE(rows.openings.empty());
  EXPECT_EQ(rows.unanswered_handles, 0u);
}

TEST_F(file_handles_windows, a_pipe_that_somebody_reads_does_not_hold_up_the_reading) {
  const file_holder holds({"pipe", "open=" + path()});
  const auto rows = read({path()});
  EXPECT_EQ(by(rows, holds.pid()).size(), 1u);
}

TEST_F(file_handles_windows, without_a_helper_handles_are_not_looked_at) {
  const file_holder holds({"open=" + path()});
  auto table = file_lock_table::create(); // the test's own main is none
  ASSERT_TRUE(table);
  file_lock_rows out;
  file_lock_request request;
  request.paths = {path()};
  ASSERT_TRUE((*table)->read(request, out));
  for (const file_opening& o : out.openings)
    EXPECT_EQ(o.descriptor, -1);
}

TEST_F(file_handles_windows, a_helper_that_cannot_be_started_is_told) {
  file_handles handles(L"Z:\\no such program.exe");
  std::vector<watched_file> files{{final_path_of(to_utf16(path())), {}}};
  unseen_handles unseen;
  const auto done = handles.find(files, nullptr, unseen);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, errc::not_found);
}

// The helper's side, asked about handles of this process.
class handle_name_server_windows : public testing::Test {
 protected:
  parse::handle_answer ask(HANDLE handle, name_wanted wanted) {
    return server_.answer({GetCurrentProcessId(),
                           static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(handle)), wanted});
  }
  handle_name_server server_;
};

TEST_F(handle_name_server_windows, each_kind_says_what_it_is) {
  const test::temp_dir folder;
  const std::wstring path = (folder / "x.txt").wstring();
  const unique_handle file(
      CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
  const auto as_file = ask(file.get(), name_wanted::path);
  EXPECT_EQ(as_file.outcome, handle_outcome::file);
  EXPECT_EQ(as_file.text, to_utf8(final_path_of(path)));
  const unique_handle as_folder(CreateFileW(folder.path().wstring().c_str(), FILE_READ_ATTRIBUTES, 7, nullptr,
                                            OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, nullptr));
  EXPECT_EQ(ask(as_folder.get(), name_wanted::path).outcome, handle_outcome::folder);

  HANDLE read_end = nullptr, write_end = nullptr;
  ASSERT_TRUE(CreatePipe(&read_end, &write_end, nullptr, 0));
  const unique_handle reads(read_end), writes(write_end);
  const auto unnamed = ask(reads.get(), name_wanted::path);
  EXPECT_EQ(unnamed.outcome, handle_outcome::pipe);
  EXPECT_EQ(unnamed.text, "");
  const auto named = ask(writes.get(), name_wanted::name);
  EXPECT_EQ(named.outcome, handle_outcome::pipe);
  EXPECT_TRUE(named.text.starts_with("\\Device\\NamedPipe\\")) << named.text;

  const unique_handle nul(CreateFileW(L"NUL", GENERIC_READ, 3, nullptr, OPEN_EXISTING, 0, nullptr));
  EXPECT_EQ(ask(nul.get(), name_wanted::name).outcome, handle_outcome::device);
  const unique_handle event(CreateEventW(nullptr, TRUE, FALSE, nullptr));
  EXPECT_EQ(ask(event.get(), name_wanted::path).outcome, handle_outcome::other);
  const unique_handle own(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, GetCurrentProcessId()));
  EXPECT_EQ(ask(own.get(), name_wanted::name).text, "pid " + std::to_string(GetCurrentProcessId()));
}

TEST_F(handle_name_server_windows, a_section_is_no_file) {
  const unique_handle section(
      CreateFileMappingW(INVALID_HANDLE_VALUE, nullptr, PAGE_READONLY, 0, 4096, nullptr));
  EXPECT_EQ(ask(section.get(), name_wanted::path).outcome, handle_outcome::other);
}

TEST_F(handle_name_server_windows, handles_and_processes_that_are_not_there_are_gone) {
  EXPECT_EQ(ask(reinterpret_cast<HANDLE>(std::uintptr_t{0x7ffffff0}), name_wanted::path).outcome,
            handle_outcome::gone);
  EXPECT_EQ(server_.answer({0x7ffffff0, 4, name_wanted::path}).outcome, handle_outcome::gone);
}

} // namespace
} // namespace reeve::os
