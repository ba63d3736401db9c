// SPDX-License-Identifier: Apache-2.0
#include "engine_fixture.hpp"

namespace reeve::remedy {
namespace {

// /dev/full takes no byte, as a full disk does (full(4)).
TEST_F(engine_test, on_a_full_disk_nothing_is_done_and_nothing_crashes) {
  const auto full = audit_log::open({"/dev/full"}, folder.time);
  ASSERT_TRUE(full);
  e->use_audit_log(full->get());
  rule("leak", {step("restart", "process:web")});
  fire("leak");
  pass(1min);
  EXPECT_TRUE(machine.begun.empty());
  EXPECT_EQ(refused(guard::audit, "leak"), 1u);
  EXPECT_EQ(told(remedy_event::kind::audit_failed), 1u);
  EXPECT_GT((*full)->write_failures_total(), 0u);
}

} // namespace
} // namespace reeve::remedy
