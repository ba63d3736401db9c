// SPDX-License-Identifier: Apache-2.0
// What an account without rights sees of root's processes.
#include "live_process.hpp"

#include <grp.h>
#include <gtest/gtest.h>

namespace {

using namespace reeve::os;
using namespace reeve::os::live;

struct view {
  bool created = false;
  bool watch_refused = false;
  bool sees_root_process = false;
  process_fields present = 0;
  std::uint64_t denied = 0;
  std::uint64_t denied_again = 0;
  std::uint64_t handles = 0;
  std::uint64_t limit = 0;
};

view look(std::uint32_t root_process) {
  view seen;
  auto table = process_table::create({.watch_short_lived = true});
  if (!table) return seen;
  seen.created = true;
  seen.watch_refused = (*table)->short_lived_unavailable().find("CAP_NET_ADMIN") != std::string_view::npos;
  process_rows rows;
  for (int i = 0; i < 5; ++i) {
    if (!(*table)->read(all_process_fields, rows)) return seen;
    (i < 4 ? seen.denied : seen.denied_again) =
        rows.unreadable[static_cast<std::size_t>(unreadable_reason::access_denied)];
  }
  if (const process_row* row = find(rows, root_process)) {
    seen.sees_root_process = true;
    seen.present = row->present;
    seen.handles = row->open_handles;
    seen.limit = row->open_handles_limit;
  }
  return seen;
}

TEST(without_rights, fields_are_absent_and_counted) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become nobody";
  signal_line go;
  child root_process([&] { go.wait(); });
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const unique_fd reading(ends[0]);
  unique_fd writing(ends[1]);
  child nobody([&] {
    if (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0) ::_exit(1);
    const view seen = look(root_process.pid());
    if (::write(writing.get(), &seen, sizeof seen) != sizeof seen) ::_exit(2);
  });
  writing.reset();
  view seen;
  ASSERT_EQ(::read(reading.get(), &seen, sizeof seen), static_cast<ssize_t>(sizeof seen));
  EXPECT_EQ(nobody.reap(), 0);

  ASSERT_TRUE(seen.created);
  ASSERT_TRUE(seen.sees_root_process);
  using enum process_field;
  for (const auto field : {executable, io})
    EXPECT_FALSE(has(seen.present, field)) << static_cast<unsigned>(field);
  for (const auto field :
       {parent, state, command_line, user, cpu, resident_memory, virtual_memory, private_memory, swap_memory,
        threads, open_handles_limit, page_faults, context_switches, start_time})
    EXPECT_TRUE(has(seen.present, field)) << static_cast<unsigned>(field);
  EXPECT_GE(seen.denied, 2u);
  EXPECT_GE(seen.denied_again, 2u); // a refusal that is remembered counts in every reading
  EXPECT_GT(seen.limit, 0u);        // by its file, as the call is refused
}

} // namespace
