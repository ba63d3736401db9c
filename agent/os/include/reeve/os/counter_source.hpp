// SPDX-License-Identifier: Apache-2.0
// Numbers that the system keeps about itself: processor time, memory, devices. Only what is asked for is read.
#pragma once

#include "reeve/base/result.hpp"
#include "reeve/os/text_ref.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reeve::os {

enum class counter_kind : std::uint8_t {
  gauge = 1,   // goes up and down
  counter = 2, // only grows, but for wraps and restarts of what it counts
};

// What can be asked for.
enum class counter_origin : std::uint8_t {
  set = 1,  // a set of the catalogue: "cpu", "memory", ... see counter_sets()
  pdh = 2,  // Windows: a performance counter by its English path, "\\Processor(*)\\% Processor Time"
  file = 3, // a number in a file
};

struct counter_request {
  counter_origin origin = counter_origin::set;
  // The set; the path of the counter; the path of the file, in which each * stands for any name of its folder and
  // gives the instance.
  std::string name;
  // set "cgroup": the group below the root of cgroup v2, where the last part may hold a *; empty: the agent's own.
  // file: a regular expression of RE2 with the number as its first group, or as the group named "value"; what a group
  // named "instance" takes is the instance, and then every match counts. Empty: the file's first word is the number.
  std::string argument;

  friend bool operator==(const counter_request&, const counter_request&) = default;
};

// What the values of a row mean.
struct counter_measure {
  std::string name; // as a metric is named, without prefix and "_total": "cpu_seconds". Ends in its unit
  std::string help;
  std::string unit; // a base unit: "seconds", "bytes", "ratio"; empty: a plain number
  counter_kind kind = counter_kind::gauge;
  std::array<std::string, 2> label_keys; // of counter_row::labels; empty: the row has no such label
};

struct counter_row {
  std::uint32_t request = 0; // as add() numbered it
  std::uint32_t measure = 0; // in counter_source::measures()
  double value = 0;          // in the measure's unit
  // Tells instances of one name apart: another number means that this is not the device (process, ...) it was before.
  // 0: the name is all there is.
  std::uint64_t identity = 0;
  std::array<text_ref, 2> labels{}; // not always valid UTF-8
};

enum class counter_state : std::uint8_t {
  not_asked,
  available, // it has rows, or its instances are none at the moment
  missing,   // this system does not have it (yet): kernel, driver, hardware, file
  denied,    // it is there, and this account may not read it
  failed,    // anything else
};
inline constexpr std::size_t counter_states = 5;
const char* name_of(counter_state s) noexcept;

struct counter_status {
  counter_state state = counter_state::not_asked;
  text_ref why; // a sentence, unless available
};

// One reading. The caller hands it back to be filled again, so that its memory is reused.
struct counter_rows {
  std::vector<counter_row> rows;        // in the order of the requests; of one request in the system's order
  std::vector<counter_status> statuses; // by the number of the request
  std::string text;

  std::string_view view(text_ref ref) const noexcept {
    return std::string_view(text).substr(ref.offset, ref.length);
  }
};

// The sets of the catalogue, on every system the same; a system that lacks one says so when it is read.
std::span<const std::string_view> counter_sets() noexcept;

// What the numbers of the sets are called and mean, on every system the same: the first of counter_source::measures().
std::span<const counter_measure> catalogue();

// Whether such a request can be read on some system. The error is for the user who wrote it, with the nearest name of
// a set; it says nothing of whether the counter is there. Pure.
result<> check(const counter_request& request);

struct counter_source_options { // Linux only: for recorded files
  std::string_view proc_root = "/proc";
  std::string_view sys_root = "/sys";
};

// Not thread-safe: one call at a time, on any thread.
class counter_source {
 public:
  static result<std::unique_ptr<counter_source>> create(const counter_source_options& options = {});
  virtual ~counter_source() = default;

  // Requests are numbered in the order in which they are added, from 0. It has passed check().
  virtual void add(const counter_request& request) = 0;

  // The requests of these numbers, in ascending order. What is missing or denied is in `out.statuses`; fails only when
  // nothing can be read at all, and `out` is then unspecified. Windows: a performance counter is read by the library
  // of whoever offers it, within this call; one that hangs holds the caller.
  virtual result<> read(std::span<const std::uint32_t> wanted, counter_rows& out) = 0;

  // Grows while requests are read for the first time, and is otherwise unchanged; no entry changes. Valid until read().
  virtual std::span<const counter_measure> measures() const noexcept = 0;

  virtual std::string_view backend() const noexcept = 0; // "procfs", "pdh"
};

} // namespace reeve::os
