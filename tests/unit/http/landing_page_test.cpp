// SPDX-License-Identifier: Apache-2.0
#include "reeve/http/landing_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace reeve::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

landing_page example() {
  return {"Reeve on db-1",
          "0.1.0",
          {{"/metrics", "Metrics", "for Prometheus"}},
          {{"process-watch", "running", std::chrono::seconds(3), 120, ""},
           {"port-watch", "failed", std::nullopt, 0, "no access to sockets"}}};
}

// Every element that is opened is closed in the right order, attributes are quoted, and no bare '<' or '&' is
// left.
std::string well_formed(std::string_view html) {
  std::vector<std::string> open;
  for (std::size_t i = 0; i < html.size();) {
    if (html[i] == '&') {
      const auto end = html.find(';', i);
      if (end == std::string_view::npos || end - i > 6) return "bare ampersand";
      i = end;
      continue;
    }
    if (html[i] != '<') {
      ++i;
      continue;
    }
    std::size_t end = i;
    bool quoted = false;
    while (end < html.size() && (quoted || html[end] != '>')) {
      if (html[end] == '"') quoted = !quoted;
      if (end != i && html[end] == '<') return "'<' in a tag";
      ++end;
    }
    auto tag = html.substr(i + 1, end - i - 1);
    i = end + 1;
    if (tag.substr(0, 1) == "!") continue;
    const auto name = std::string(tag.substr(0, tag.find_first_of(" ", 1)));
    if (name.front() == '/') {
      if (open.empty() || open.back() != name.substr(1)) return "unexpected <" + name + ">";
      open.pop_back();
    } else if (name != "meta") {
      open.push_back(name);
    }
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

TEST(landing_page, says_what_it_was_given) {
  const auto html = render(example());
  EXPECT_THAT(html, StartsWith("<!DOCTYPE html>\n<html lang=\"en\">"));
  EXPECT_THAT(html, HasSubstr("<title>Reeve on db-1</title>"));
  EXPECT_THAT(html, HasSubstr("Version 0.1.0"));
  EXPECT_THAT(html, HasSubstr("<a href=\"/metrics\">Metrics</a>"));
  EXPECT_THAT(html, HasSubstr("process-watch</th><td class=\"good\">running</td>"));
  EXPECT_THAT(html, HasSubstr("3 s ago"));
  EXPECT_THAT(html, HasSubstr("<td class=\"bad\">failed</td><td class=\"number\">never</td>"));
  EXPECT_THAT(html, HasSubstr("no access to sockets"));
  EXPECT_THAT(html, HasSubstr("prefers-color-scheme:dark"));
  EXPECT_EQ(well_formed(html), "");
}

TEST(landing_page, loads_nothing_and_runs_nothing) {
  const auto html = render(example());
  for (const auto* foreign : {"<script", "http://", "https://", "@import", "url(", "<link", "<img"})
    EXPECT_THAT(html, Not(HasSubstr(foreign)));
}

TEST(landing_page, escapes_everything) {
  const std::string nasty = "</style><script>\"'&\x01\xff";
  const auto html = render({nasty, nasty, {{nasty, nasty, nasty}}, {{nasty, nasty, std::nullopt, 0, nasty}}});
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, HasSubstr("&lt;/style&gt;&lt;script&gt;&quot;&#39;&amp;\xEF\xBF\xBD\xEF\xBF\xBD"));
  EXPECT_EQ(html.find('\x01'), std::string::npos);
  EXPECT_EQ(html.find('\xff'), std::string::npos);
  EXPECT_EQ(well_formed(html), "");
}

TEST(landing_page, empty_lists) {
  const auto html = render({"Reeve", "0.1.0", {}, {}});
  EXPECT_THAT(html, HasSubstr("No plugin is loaded."));
  EXPECT_THAT(html, Not(HasSubstr("<ul>")));
  EXPECT_THAT(html, Not(HasSubstr("<table>")));
  EXPECT_EQ(well_formed(html), "");
}

TEST(landing_page, ages) {
  const auto age = [](nanoseconds value) {
    const auto html = render({"", "", {}, {{"p", "running", value, 1, ""}}});
    const auto end = html.find(" ago<");
    const auto begin = html.rfind('>', end) + 1;
    return html.substr(begin, end - begin);
  };
  using namespace std::chrono_literals;
  EXPECT_EQ(age(-5s), "0 ms");
  EXPECT_EQ(age(830ms), "830 ms");
  EXPECT_EQ(age(119s), "119 s");
  EXPECT_EQ(age(120s), "2 min");
  EXPECT_EQ(age(119min), "119 min");
  EXPECT_EQ(age(47h), "47 h");
  EXPECT_EQ(age(49h), "2 d");
}

TEST(landing_page, says_which_rules_fire_and_what_is_done) {
  landing_page page = example();
  EXPECT_THAT(render(page), Not(HasSubstr("Rules that fire"))) << "there are none";
  page.has_rules = true;
  EXPECT_THAT(render(page), HasSubstr("No rule fires."));
  page.alerts = {{"leak", "{name=\"<web>\"}", "12.5", std::chrono::minutes(3), "would restart process:web"},
                 {"disk", "{}", "1", std::nullopt, "nothing more"}};
  page.further_alerts = 7;
  page.given_up = {"leak was given up: it is <over> its budget"};
  const auto html = render(page);
  EXPECT_THAT(html, HasSubstr("leak</th><td class=\"number\">3 min</td><td class=\"number\">12.5</td>"));
  EXPECT_THAT(html, HasSubstr("{name=&quot;&lt;web&gt;&quot;}</td><td>would restart process:web</td>"));
  EXPECT_THAT(html, HasSubstr("disk</th><td class=\"number\"></td>"));
  EXPECT_THAT(html, HasSubstr("And 7 more."));
  EXPECT_THAT(html, HasSubstr("<p class=\"bad\">leak was given up: it is &lt;over&gt; its budget</p>"));
  EXPECT_EQ(well_formed(html), "");
}

} // namespace
} // namespace reeve::http
