// SPDX-License-Identifier: Apache-2.0
// The list of the agent's events is sound, and docs/events.md shows it.
#include "reeve/app/agent_events.hpp"

#include "event_queue.hpp"
#include "plugins/eventlog-writer/message_id.hpp"

#include "reeve/base/strings.hpp"
#include "tests/lint/markdown.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace reeve::app {
namespace {

TEST(agent_events, have_ids_and_names_of_their_own_in_order) {
  std::set<std::string> names;
  std::uint16_t before = 0;
  for (const agent_event* e : all_agent_events()) {
    EXPECT_GT(e->id, before) << e->name;
    EXPECT_LT(e->id, 1000) << e->name;
    EXPECT_TRUE(names.insert(e->name).second) << e->name;
    EXPECT_NE(std::string(e->name).find('.'), std::string::npos) << e->name;
    before = e->id;
  }
}

TEST(agent_events, are_the_ones_in_the_document) {
  std::vector<std::string> written, known;
  for (const lint::table_row& row :
       lint::table_rows(lint::text_of_file("docs/events.md"), "## The agent's events")) {
    ASSERT_EQ(row.size(), 6u) << row.at(0);
    written.push_back(
        cat(row[0], " ", lint::code_in(row[1]).at(0), " ", row[2], " ", lint::code_in(row[5]).at(0)));
    EXPECT_NE(row[4], "") << row[1];
  }
  for (const agent_event* e : all_agent_events())
    known.push_back(cat(e->id, " ", e->name, " ", severity_name(e->severity), " ",
                        eventlog_writer::message_id(agent_event_source, e->name, e->id)));
  EXPECT_EQ(written, known);
}

TEST(agent_events, say_their_fields_in_a_sentence) {
  EXPECT_EQ(sentence_of(events::plugin_cannot_run, {{"reason", "it is {not} here"}, {"plugin", "p"}}),
            "Plugin p cannot run: it is {not} here");
  EXPECT_EQ(sentence_of(events::plugin_recovered, {}), "Plugin  works again.");
  EXPECT_EQ(sentence_of(events::remedy_told, {{"rule", "leak"}, {"labels", "name=\"web\""}, {"target", ""}}),
            "Rule leak asks for attention to name=\"web\".");
}

} // namespace
} // namespace reeve::app
