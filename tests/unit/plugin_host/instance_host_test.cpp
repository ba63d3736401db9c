// SPDX-License-Identifier: Apache-2.0
// The host as the plugin sees it through the ABI: what it refuses, and what it does with events and log lines.
#include "instance_fixture.hpp"

#include <gmock/gmock.h>

namespace reeve::plugin_host {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST_F(life, emit_belongs_to_sample_alone) {
  reeve_status in_start = 99;
  script.start = [&](const sdk::host& h, const sdk::call& c) {
    reeve_batch b{};
    b.struct_size = sizeof b;
    in_start = h.emit(c, b);
  };
  auto i = running();
  EXPECT_EQ(in_start, REEVE_E_STATE);
  close(*i);
}

TEST_F(life, a_call_that_is_over_or_was_made_up_is_refused) {
  auto i = running();
  reeve_call kept{};
  script.sample = [&](const sdk::host& h, const sdk::call& c) {
    kept = *c.raw();
    std::uint32_t id = 0;
    reeve_family f{};
    f.struct_size = sizeof f;
    EXPECT_EQ(h.raw()->poll(h.raw(), &kept), REEVE_E_STATE);
    EXPECT_EQ(h.raw()->poll(h.raw(), nullptr), REEVE_E_STATE);
    EXPECT_EQ(h.raw()->family(h.raw(), &kept, &f, &id), REEVE_E_STATE);
    return REEVE_OK;
  };
  EXPECT_EQ(sample(*i).status, REEVE_OK);
  close(*i);
}

TEST_F(life, wrong_arguments_are_refused_one_by_one) {
  auto i = running();
  script.sample = [&](const sdk::host& h, const sdk::call& c) {
    const reeve_host* r = h.raw();
    std::uint32_t id = 0;
    EXPECT_EQ(r->family(r, c.raw(), nullptr, &id), REEVE_E_ARG);
    reeve_family f{};
    f.struct_size = offsetof(reeve_family, n_label_keys); // shorter than the first version
    EXPECT_EQ(r->family(r, c.raw(), &f, &id), REEVE_E_ARG);

    const std::uint32_t family = h.family(c, sdk::kind::gauge, "labelled", "x", {"key"});
    EXPECT_THROW(h.family(c, sdk::kind::counter, "labelled", "x", {"key"}), sdk::failure); // another schema
    std::uint64_t series = 0;
    EXPECT_EQ(r->series(r, c.raw(), 4711, nullptr, &series), REEVE_E_ARG);
    EXPECT_EQ(r->series(r, c.raw(), family, nullptr, &series), REEVE_E_ARG);
    EXPECT_EQ(series, 0u);

    const reeve_point point{0, 1};
    reeve_batch b{};
    b.struct_size = sizeof b;
    b.points = &point;
    b.n_points = 1;
    b.point_stride = sizeof point;
    EXPECT_EQ(h.emit(c, b), REEVE_PARTIAL); // handle 0 is never issued
    b.point_stride = sizeof point - 8;
    EXPECT_EQ(h.emit(c, b), REEVE_E_ARG);
    b.points = nullptr;
    b.point_stride = sizeof point;
    EXPECT_EQ(h.emit(c, b), REEVE_E_ARG);
    b = {};
    b.struct_size = sizeof b;
    const reeve_sample unlabelled{1, nullptr, family, 0}, unknown{1, nullptr, 4711, 0};
    b.sample_stride = sizeof unlabelled;
    b.n_samples = 1;
    b.samples = &unlabelled;
    EXPECT_EQ(h.emit(c, b), REEVE_PARTIAL);
    b.samples = &unknown;
    EXPECT_EQ(h.emit(c, b), REEVE_PARTIAL);
    b.struct_size = 8;
    EXPECT_EQ(h.emit(c, b), REEVE_E_ARG);
    EXPECT_EQ(r->emit(r, c.raw(), nullptr), REEVE_E_ARG);
    EXPECT_EQ(r->get_extension(r, "org.example.warp/3"), nullptr);
    EXPECT_EQ(r->get_extension(r, nullptr), nullptr);
    return REEVE_OK;
  };
  EXPECT_EQ(sample(*i).status, REEVE_OK);
  close(*i);
}

TEST_F(life, a_wider_element_of_a_newer_header_is_stepped_over) {
  auto i = running();
  script.sample = [](const sdk::host& h, const sdk::call& c) {
    struct wide {
      reeve_sample sample;
      std::uint64_t later;
    };
    const std::uint32_t family = h.family(c, sdk::kind::gauge, "wide", "x", {"n"});
    const reeve_label labels[] = {sdk::label("a"), sdk::label("b")};
    const wide samples[] = {{{1, &labels[0], family, 0}, 9}, {{2, &labels[1], family, 0}, 9}};
    reeve_batch b{};
    b.struct_size = sizeof b;
    b.samples = &samples[0].sample;
    b.n_samples = 2;
    b.sample_stride = sizeof(wide);
    return h.emit(c, b);
  };
  const outcome out = sample(*i);
  EXPECT_EQ(out.status, REEVE_OK);
  EXPECT_THAT(out.published->values, ElementsAre(1, 2));
  close(*i);
}

TEST_F(life, an_illegal_family_is_named_in_the_log) {
  auto i = running();
  script.sample = [](const sdk::host& h, const sdk::call& c) {
    h.family(c, sdk::kind::gauge, "not legal", "x");
    return REEVE_OK;
  };
  EXPECT_EQ(sample(*i).status, REEVE_E_ARG);
  EXPECT_THAT(log(), HasSubstr("not legal"));
  close(*i);
}

TEST_F(life, events_are_copied_cleaned_and_bounded) {
  auto i = running();
  std::vector<reeve_status> answers;
  script.sample = [&](const sdk::host& h, const sdk::call&) {
    for (int n = 0; n < 3; ++n) {
      std::string text = "line\xff";
      reeve_field field{};
      field.key = sdk::str("count");
      field.vtype = REEVE_T_U64;
      field.v.u64 = 12;
      reeve_event e{};
      e.struct_size = sizeof e;
      e.severity = REEVE_WARN;
      e.name = sdk::str("thing.happened");
      e.message = sdk::str(text);
      e.fields = &field;
      e.n_fields = 1;
      e.field_stride = sizeof field;
      answers.push_back(h.event(e));
      text.assign(text.size(), '!'); // it was copied
    }
    return REEVE_OK;
  };
  sample(*i);
  EXPECT_THAT(answers, ElementsAre(REEVE_OK, REEVE_OK, REEVE_E_AGAIN));
  EXPECT_EQ(events_[0].source, "p");
  EXPECT_EQ(events_[0].message, "line\xEF\xBF\xBD");
  EXPECT_EQ(events_[0].unix_time, time_.unix_time());
  EXPECT_THAT(events_[0].fields, ElementsAre(std::pair<std::string, std::string>("count", "12")));
  close(*i);
}

TEST_F(life, what_the_plugin_logs_carries_its_name) {
  script.start = [](const sdk::host& h, const sdk::call&) {
    h.log(REEVE_WARN, "something\nodd");
    h.log(REEVE_TRACE, "not kept");
    EXPECT_EQ(h.raw()->log_level(h.raw()), static_cast<std::uint32_t>(REEVE_INFO));
    EXPECT_STREQ(h.raw()->agent_version, "9.9");
  };
  auto i = running();
  close(*i);
  EXPECT_THAT(log(), HasSubstr("WARN  p: something\\nodd"));
  EXPECT_THAT(log(), testing::Not(HasSubstr("not kept")));
}

} // namespace
} // namespace reeve::plugin_host
