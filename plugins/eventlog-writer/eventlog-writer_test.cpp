// SPDX-License-Identifier: Apache-2.0
// The README and the sample say what the code does, and the plugin keeps the rules of the ABI.
#include "own_events.hpp"
#include "system_log.hpp"

#include "tests/support/fake_plugin_host.hpp"
#include "tests/support/plugin_docs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reeve::eventlog_writer {
namespace {

using reeve::testing::fake_plugin_host;
using ::testing::HasSubstr;

const testing::plugin_docs docs("eventlog-writer", "");

TEST(eventlog_writer, accepts_its_sample) {
  docs.expect_sample_accepted();
}

TEST(eventlog_writer, documents_every_key) {
  EXPECT_EQ(docs.expect_keys_documented(), 7);
}

TEST(eventlog_writer, documents_every_metric_and_its_own_events) {
  const std::string readme = docs.read("README.md");
  fake_plugin_host host;
  host.run("");
  for (const std::string& f : host.families())
    EXPECT_THAT(readme, HasSubstr("| `" + f + "` |"));
  EXPECT_EQ(host.families().size(), 4u);
  EXPECT_THAT(readme,
              HasSubstr("| " + std::to_string(held_back_id) + " | `" + std::string(held_back_name) + "` |"));
}

TEST(eventlog_writer, rejects_what_makes_no_sense_all_at_once) {
  fake_plugin_host host;
  EXPECT_EQ(
      host.configure(
          "min_severity = \"loud\"\nrate_limit = -1\nrate_interval = \"1ms\"\nbackend = "
          "\"paper\"\nidentifier = \"two words\"\njournal_socket = \"relative\"\nsyslog_socket = \"\"\n"),
      REEVE_E_ARG);
  EXPECT_EQ(host.config().rejections().size(), 7u);
}

TEST(eventlog_writer, takes_no_event_below_its_severity) {
  fake_plugin_host host;
  host.run("min_severity = \"error\"");
  EXPECT_THAT(host.violations(), ::testing::IsEmpty());
  const reeve_plugin_desc& d = host.description();
  ASSERT_NE(d.provides, nullptr);
  EXPECT_STREQ(d.provides[0], REEVE_EXT_EVENT_SINK);
  EXPECT_EQ(host.min_severity(), static_cast<std::uint32_t>(REEVE_ERROR));
}

} // namespace
} // namespace reeve::eventlog_writer
