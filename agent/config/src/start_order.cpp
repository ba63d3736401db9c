// SPDX-License-Identifier: Apache-2.0
#include "start_order.hpp"

#include "reeve/base/strings.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

namespace reeve::config {

namespace {

class order_check {
 public:
  order_check(const std::vector<process_settings>& all, problem_list& problems) : problems_(problems) {
    for (const process_settings& p : all)
      by_name_.emplace(p.name, &p);
  }

  void names_exist() {
    std::vector<std::string_view> known;
    for (const auto& [name, p] : by_name_)
      known.push_back(name);
    for (const auto& [name, p] : by_name_)
      for (const auto& [key, wanted] : {std::pair("after", &p->after), std::pair("requires", &p->required)})
        for (const std::string& other : *wanted) {
          if (by_name_.contains(other)) continue;
          const std::string_view meant = did_you_mean(other, known);
          problems_.add(
              p->where,
              cat("process \"", name, "\": ", key, " names \"", other, "\", and there is no such process"),
              meant.empty() ? std::string() : cat("did you mean \"", meant, "\"?"));
        }
  }

  void no_cycles() {
    for (const auto& [name, p] : by_name_)
      if (!seen_.contains(name)) visit(*p);
  }

 private:
  // Depth first; `path_` is the way that led here.
  void visit(const process_settings& p) {
    const auto at = std::ranges::find(path_, &p);
    if (at != path_.end()) {
      std::string way;
      for (auto i = at; i != path_.end(); ++i)
        way += cat((*i)->name, " -> ");
      problems_.add(p.where, cat("process \"", p.name, "\" waits for itself: ", way, p.name),
                    "take one of these out of after or requires");
      return;
    }
    if (!seen_.emplace(p.name, true).second) return;
    path_.push_back(&p);
    for (const auto* wanted : {&p.after, &p.required})
      for (const std::string& other : *wanted)
        if (const auto next = by_name_.find(other); next != by_name_.end()) visit(*next->second);
    path_.pop_back();
  }

  std::map<std::string_view, const process_settings*> by_name_;
  std::map<std::string_view, bool> seen_;
  std::vector<const process_settings*> path_;
  problem_list& problems_;
};

} // namespace

void check_start_order(const std::vector<process_settings>& all, problem_list& problems) {
  order_check check(all, problems);
  check.names_exist();
  check.no_cycles();
}

void check_groups(const std::vector<process_settings>& all, problem_list& problems) {
  for (const process_settings& p : all)
    for (const std::string& group : p.groups)
      if (std::ranges::find(all, group, &process_settings::name) != all.end())
        problems.add(p.where,
                     cat("process \"", p.name, "\": the group \"", group, "\" has the name of a process"));
}

} // namespace reeve::config
