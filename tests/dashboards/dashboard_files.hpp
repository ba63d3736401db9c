// SPDX-License-Identifier: Apache-2.0
// The shipped dashboards as the tests read them.
#pragma once

#include <boost/json/value.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::test {

struct dashboard {
  std::string name; // the file's, without .json
  boost::json::value document;
};

// dashboards/*.json, by name. Throws when one is no JSON.
std::vector<dashboard> shipped_dashboards();

// Every panel that shows something: rows are left out, what lies in a collapsed one is not.
std::vector<boost::json::object> panels_of(const dashboard& board);
std::vector<std::string> expressions_of(const boost::json::object& panel);
// Of its own annotations, by which it marks moments in all panels.
std::vector<boost::json::object> annotations_of(const dashboard& board);
std::vector<std::string> expressions_of(const dashboard& board); // of all panels and annotations

// dashboards/rules/*.yml, without the tests beside them.
std::filesystem::path rules_folder();

// What a PromQL expression asks for: each metric of this project's (reeve_*, process_*, and Prometheus' own up and
// scrape_*) with its matchers, "" where there are none.
struct selector {
  std::string metric, matchers;
};
std::vector<selector> selectors_in(const std::string& expression);

// $NAME, ${NAME} and ${NAME:FORMAT} replaced; a name that is not in `values` stays.
std::string with_variables(std::string_view text, const std::map<std::string, std::string>& values);

} // namespace reeve::test
