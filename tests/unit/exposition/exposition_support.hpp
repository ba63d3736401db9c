// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "reeve/exposition/render.hpp"
#include "reeve/store/batch.hpp"

#include <limits>
#include <string>
#include <vector>

namespace reeve::exposition {

using store::batch;
using store::batch_limits;
using store::family_spec;
using store::label_value;
using store::metric_kind;
using store::snapshot_ptr;

inline family_spec family(metric_kind kind, std::string name, std::vector<std::string> keys = {},
                          std::string help = "") {
  family_spec spec;
  spec.kind = kind;
  spec.name = std::move(name);
  spec.label_keys = std::move(keys);
  spec.help = std::move(help);
  return spec;
}

inline snapshot_ptr commit(batch& b) {
  return b.commit(nanoseconds{0}, nanoseconds{0}, 0);
}

inline std::string render_all(std::vector<snapshot_ptr> snapshots, format f,
                              std::size_t chunk_bytes = 64 * 1024) {
  renderer r(std::move(snapshots), f);
  std::string text;
  while (r.next(text, chunk_bytes)) {
  }
  return text;
}

// Every kind of family and everything that needs an escape or a special spelling, from two sources.
inline std::vector<snapshot_ptr> assorted() {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  batch one{batch_limits{}};
  const auto add = [&](const family_spec& spec, std::vector<label_value> labels, double value) {
    one.add(one.family(spec).value(), labels, value).value();
  };
  add(family(metric_kind::info, "reeve_build", {"version", "os"}, "What runs here."), {{"0.1.0"}, {"linux"}},
      1);
  family_spec memory = family(metric_kind::gauge, "reeve_memory_bytes", {"pid", "name"},
                              "Memory \\ with\na second line and \"quotes\".");
  memory.unit = "bytes";
  add(memory, {{"1"}, {"init"}}, 4096);
  add(memory, {{"2"}, {"a \"b\" \\ c\nd"}}, 1e15);
  add(memory, {{"3"}, {""}}, 0);
  add(memory, {{"4"}, {"gr\xC3\xBC\xC3\x9F"}}, -1);
  family_spec cpu = family(metric_kind::counter, "reeve_cpu_seconds_total", {"mode"}, "Processor time.");
  cpu.unit = "seconds";
  add(cpu, {{"user"}}, 12.34);
  add(cpu, {{"system"}}, 0.1);
  const family_spec odd = family(metric_kind::gauge, "odd", {"value"});
  add(odd, {{"nan"}}, std::numeric_limits<double>::quiet_NaN());
  add(odd, {{"up"}}, infinity);
  add(odd, {{"down"}}, -infinity);
  add(odd, {{"tiny"}}, 5e-324);
  add(odd, {{"huge"}}, 1.7976931348623157e308);
  add(odd, {{"third"}}, 1.0 / 3);
  add(odd, {{"minus zero"}}, -0.0);
  add(odd, {{"seventeen digits"}}, 0.1 + 0.2);
  add(family(metric_kind::gauge, "alone"), {}, 1);

  family_spec wait = family(metric_kind::histogram, "reeve_wait_seconds", {"queue"}, "Waiting time.");
  wait.unit = "seconds";
  wait.bounds = {1e-6, 0.005, 1, 2.5, 1e6};
  const std::uint64_t some[] = {0, 1, 2, 0, 3, 4};
  one.add_histogram(one.family(wait).value(), std::vector<label_value>{{"a"}}, 17.5, 10, some).value();
  const std::uint64_t none[] = {0, 0, 0, 0, 0, 0};
  one.add_histogram(one.family(wait).value(), std::vector<label_value>{{""}}, 0, 0, none).value();

  batch two{batch_limits{}};
  two.add(two.family(memory).value(), std::vector<label_value>{{"5"}, {"other source"}}, 7).value();
  two.add(two.family(family(metric_kind::gauge, "second_source")).value(), {}, 2).value();
  return {commit(one), commit(two)};
}

} // namespace reeve::exposition
