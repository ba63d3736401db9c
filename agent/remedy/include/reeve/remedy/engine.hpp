// SPDX-License-Identifier: Apache-2.0
// What is done about rules that fire and alerts that come in. For each alert there is a case: its steps are taken one after
// the other, each behind the guards, and the next one only if the condition still holds when the step has settled.
//
// What is kept firing though its condition is gone waits, and so does what a rule that fails may know nothing of any more.
// After an action it takes an evaluation from behind the time in which that settles.
//
// A refused step is asked again, not skipped: a guard that says no never leads to a harder step. The case ends when the
// alert is resolved; an action that is under way then is not cut short, and nothing else is begun.
//
// Time and the machine are given (clock, actuator). One thread.
#pragma once

#include "reeve/config/remedy_settings.hpp"
#include "reeve/remedy/action_history.hpp"
#include "reeve/remedy/audit_log.hpp"
#include "reeve/remedy/guards.hpp"
#include "reeve/remedy/maintenance.hpp"
#include "reeve/remedy/remedy_report.hpp"
#include "reeve/remedy/silences.hpp"
#include "reeve/remedy/target.hpp"
#include "reeve/rules/rule.hpp"

#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::remedy {

// One that Alertmanager has sent, with the mapping that its labels have led to.
struct external_alert {
  std::string mapping; // of one that is resolved it may be empty: none matches any more
  std::string fingerprint;
  nanoseconds starts_at{0}; // Unix; with the fingerprint, which alert this is
  rules::label_list labels;
  std::string value;
  bool is_firing = true; // else it is resolved
};

// What is done about one rule or mapping.
struct response {
  std::string name;
  config::response_settings settings;
};

struct engine_settings {
  config::remedy_settings remedy;
  std::vector<response> responses; // each name once
  std::vector<maintenance_window> windows;
};

// Not of "event" and "dump": nothing changes by them, and nobody asks whether they were a help.
inline bool may_help(std::string_view action) noexcept {
  return action != "event" && action != "dump";
}

// When the condition of a rule's alert was last evaluated, monotonic; nothing: it does not hold, or nobody knows.
using hold_source =
    std::function<std::optional<nanoseconds>(const std::string& rule, const rules::label_list&)>;

class engine {
 public:
  static constexpr std::size_t most_cases = 1000;
  static constexpr std::size_t most_in_flight = 8; // further ones wait
  static constexpr std::size_t most_handled =
      4096; // external alerts that are remembered: their last step was taken, or they are resolved
  static constexpr nanoseconds ask_again = std::chrono::seconds(10); // a guard that has refused
  static constexpr nanoseconds look_again = std::chrono::seconds(1); // whether a condition still holds
  static constexpr std::size_t most_explained = 20;

  // `system` as os::os_name() has it. All must outlive it.
  engine(const clock& time, actuator& machine, std::string system,
         std::function<void(const remedy_event&)> tell);
  ~engine(); // cancels nothing

  // Null: it cannot be opened because of `why`, and on_audit_failure says what becomes of actions. The actions that the log
  // has pending are closed as unknown, and count for cooldown and budget; nothing is done again. After from_text().
  void use_audit_log(audit_log* log, std::string why = {});
  // At the last try, which is made anew every `ask_again`, and when there is something to be written.
  bool is_audit_failing() const noexcept { return audit_failed_; }
  // Settings, at the start and after each reload. Actions under way go on; a case whose steps or mode have changed begins
  // anew, one whose rule is gone ends, and what its last action came to is not known.
  void apply(engine_settings settings);

  // Without it, conditions hold until the alert is resolved.
  void ask_conditions_of(hold_source of) { last_held_ = std::move(of); }
  void on_change(const rules::alert_change& change);
  // The same alert acts once, however often it comes; one that is resolved ends, whichever mapping it came by. Of one that
  // fires errc::not_found: there is no such mapping; errc::limit: there are too many cases, it may be sent again.
  result<> accept(const external_alert& alert);

  void advance();                               // at next_wake(), or later
  std::optional<nanoseconds> next_wake() const; // monotonic

  // `by`: who asked, for the audit log: "command line, anna". errc::not_found: there is no such rule or mapping.
  result<> reset(std::string_view name, std::string_view by);
  result<std::uint64_t> add_silence(silence s);
  result<> remove_silence(std::uint64_t id, std::string_view by);
  // Those that are over are among them until another one comes.
  const std::vector<silence>& silences() const noexcept { return silences_.all(); }

  result<explanation> explain(std::string_view name);
  std::vector<case_report> cases() const;
  // Rules and mappings that a reset would bring back, or some of their alerts: those whose last step was no help.
  std::vector<std::string> given_up() const;
  std::string why_given_up(std::string_view source) const; // empty: it was not
  const engine_counters& counters() const noexcept { return counters_; }
  std::size_t in_flight() const noexcept { return running_.size(); }

  // What must outlive the agent: silences, what was given up, cooldowns and budgets, external alerts that are over.
  std::string to_text() const;
  // Of an earlier agent; what is known already is kept beside it. All stays as it was after an error.
  result<> from_text(std::string_view text);
  std::uint64_t version() const noexcept { return version_; } // changes with to_text()

 private:
  struct alert_case;
  struct running_action;
  using case_ptr = std::shared_ptr<alert_case>;
  struct plan;
  struct handled_alert {
    std::string what; // mapping and fingerprint
    nanoseconds starts_at{0};
  };

  const response* find(std::string_view source) const noexcept;
  bool may_act(const response& r) const noexcept;
  std::string maintenance_reason(std::string_view source) const;
  std::string quiet_reason(std::string_view source, const rules::label_list& labels) const;
  std::string quiet_reason(std::string_view source) const; // whatever the labels
  case_ptr find_rule_case(const rules::alert& who) const;
  bool still_holds(const alert_case& c) const;
  std::list<case_ptr>::const_iterator giving_way() const; // an external alert about which all has been done
  bool make_room();                                       // for one case more
  void open_case(case_ptr c);
  void admit_waiting(); // in the order they came
  void close_resolved(const case_ptr& c);
  bool is_handled(const external_alert& alert) const;
  void note_handled(std::string_view mapping, std::string_view fingerprint, nanoseconds starts_at);
  void withdraw(const case_ptr& c, std::string_view why);
  void begin_anew(alert_case& c);
  void erase(const case_ptr& c);

  plan make_plan(alert_case& c, const config::step_settings& step);
  std::vector<verdict> ask_guards(const alert_case& c, const response& r, const config::step_settings& step,
                                  const plan& p);
  void take_step(const case_ptr& c);
  void refuse(const case_ptr& c, const config::step_settings& step, const plan& p, guard which,
              std::string why, std::vector<std::string> passed);
  void observe(const case_ptr& c, const config::step_settings& step, const plan& p,
               const std::vector<verdict>& verdicts);
  void begin(const case_ptr& c, const config::step_settings& step, plan p, std::vector<std::string> passed);
  void on_done(std::uint64_t id, const result<>& end, bool timed_out);
  void look_at_outcome(const case_ptr& c);
  void next_step(const case_ptr& c);
  void give_up(alert_case& c, std::string why);

  std::size_t next_of(const alert_case& c) const;
  case_report report(const alert_case& c) const;
  result<std::uint64_t> record(audit_entry entry, durability how = durability::soon);
  result<> reach_log();
  void note_audit(const result<>& reached);
  audit_entry entry_about(const alert_case& c, audit_event event, std::string_view action) const;
  void tell(remedy_event::kind what, const alert_case& c, std::string_view action, std::string target,
            std::string why, std::string guard = {});
  void count(std::string_view action, std::string_view source, std::string_view result);

  const clock& time_;
  actuator& machine_;
  std::string system_;
  std::function<void(const remedy_event&)> tell_;
  hold_source last_held_;
  audit_log* log_ = nullptr;
  std::string no_log_ = "there is no audit log"; // why
  bool audit_failed_ = false;                    // at the last try
  nanoseconds audit_again_{0};                   // when the next one is due, monotonic
  std::uint64_t unwritten_ = 0;                  // tries since the last entry that could be written
  engine_settings settings_;
  std::list<case_ptr> cases_; // in the order they came
  // By rule and labels: those of rules that found no room. A rule has up to 1000 alerts.
  std::map<std::pair<std::string, rules::label_list>, case_ptr> waiting_;
  std::map<std::uint64_t, std::shared_ptr<running_action>> running_;
  std::map<std::string, std::string, std::less<>> given_up_; // by source: why
  std::deque<handled_alert> handled_;
  action_history history_;
  silence_list silences_;
  engine_counters counters_;
  std::uint64_t last_case_id_ = 0, last_own_id_ = 0, version_ = 0;
};

} // namespace reeve::remedy
