// SPDX-License-Identifier: Apache-2.0
// Reads and judges /metrics. Written from the two specifications, not from what the agent happens to print:
//   Prometheus text format 0.0.4   https://prometheus.io/docs/instrumenting/exposition_formats/
//   OpenMetrics 1.0 https://github.com/OpenObservability/OpenMetrics/blob/main/specification/OpenMetrics.md
// What a specification only recommends against (a reserved name, an unknown escape) is refused too.
#pragma once

#include "reeve/base/result.hpp"

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reeve::test {

using label_list = std::vector<std::pair<std::string, std::string>>; // as written, in order

struct exposed_exemplar {
  label_list labels;
  double value = 0;
};

struct exposed_sample {
  std::string name;
  label_list labels;
  double value = 0;
  std::optional<double> timestamp; // milliseconds in 0.0.4, seconds in OpenMetrics; as written
  std::optional<exposed_exemplar> exemplar;
  std::size_t family = 0; // index into exposition::families
  std::size_t line = 0;   // counted from 1

  std::string label(std::string_view label_name) const; // empty if absent
};

struct exposed_family {
  std::string name;
  std::string type; // "untyped" / "unknown" if the text does not say
  std::string help; // unescaped
  std::string unit; // OpenMetrics only
  bool has_help = false;
  bool has_type = false;
  std::size_t sample_count = 0;
};

struct exposition {
  std::vector<exposed_family> families;
  std::vector<exposed_sample> samples;

  using wanted_labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  const exposed_family* family(std::string_view name) const;
  // The samples of that name that carry at least the wanted labels.
  std::vector<const exposed_sample*> all(std::string_view name, wanted_labels labels = {}) const;
  const exposed_sample* find(std::string_view name,
                             wanted_labels labels = {}) const; // the first of all(), or null
  std::optional<double> value(std::string_view name, wanted_labels labels = {}) const;
};

// The whole body, or the first thing that is wrong with it: "line 12: ...".
result<exposition> parse_text_0_0_4(std::string_view body);
result<exposition> parse_openmetrics(std::string_view body);

} // namespace reeve::test
