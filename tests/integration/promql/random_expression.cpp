// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/promql/random_expression.hpp"

#include "reeve/base/strings.hpp"

namespace reeve::test {

std::string random_expression::number() {
  return one_of({"0", "1", "2.5", "-3", "50", "1e3", "0.1", "1000", "NaN", "Inf", "0x1f"});
}

std::string random_expression::duration() {
  return one_of({"15s", "30s", "1m", "90s", "5m", "7m3s", "10m", "1h", "1s"});
}

std::string random_expression::selector() {
  std::string out =
      one_of({"requests_total", "requests_total", "restarts_total", "holes_total", "unsure_total",
              "used_bytes",     "used_bytes",     "size_bytes",     "threshold",   "limit_bytes",
              "odd_value",      "waves",          "mixed",          "ending",      "plain",
              "labels",         "left",           "right",          "same_a",      "nothing"});
  if (below(3) == 0)
    out += one_of({"{job=\"web\"}", "{job!=\"web\"}", "{instance=~\"a|b\"}", "{device!~\"sd[ab]\"}",
                   "{mode=\"rw\"}", "{name=~\".*e.*\"}", "{x=\"1\"}", "{name!=\"\"}", "{case=~\"[0-5]\"}"});
  return out;
}

std::string random_expression::range() {
  std::string out = cat(selector(), "[", duration(), "]");
  if (below(5) == 0) out += cat(" offset ", duration());
  return out;
}

std::string random_expression::scalar(int depth) {
  switch (depth == 0 ? 0 : below(5)) {
  case 1:
    return cat("scalar(", vector(depth - 1), ")");
  case 2:
    return cat("(", scalar(depth - 1), " ", one_of({"+", "-", "*", "/", "%"}), " ", scalar(depth - 1), ")");
  case 3:
    return cat("(", scalar(depth - 1), " ", one_of({"==", "!=", ">", "<", ">=", "<="}), " bool ",
               scalar(depth - 1), ")");
  default:
    return number();
  }
}

std::string random_expression::labels() {
  std::string out;
  for (auto n = below(3); n > 0; --n)
    out += cat(out.empty() ? "" : ", ",
               one_of({"job", "instance", "device", "mode", "name", "x", "y", "__name__"}));
  return out;
}

std::string random_expression::grouping() {
  return below(3) == 0 ? std::string() : cat(one_of({" by (", " without ("}), labels(), ")");
}

std::string random_expression::matching() {
  return below(2) == 0 ? std::string() : cat(one_of({" on (", " ignoring ("}), labels(), ")");
}

std::string random_expression::vector(int depth) {
  if (depth == 0) {
    std::string out = selector();
    if (below(6) == 0) out += cat(" offset ", duration());
    return out;
  }
  switch (below(11)) {
  case 0:
    return selector();
  case 1:
    return cat(one_of({"rate", "increase", "delta", "irate", "idelta", "deriv", "avg_over_time",
                       "sum_over_time", "min_over_time", "max_over_time", "count_over_time", "last_over_time",
                       "present_over_time", "changes", "resets", "absent_over_time"}),
               "(", range(), ")");
  case 2:
    return cat("predict_linear(", range(), ", ", scalar(depth - 1), ")");
  case 3:
    return cat(one_of({"abs", "ceil", "floor", "sgn", "round", "sqrt", "absent"}), "(", vector(depth - 1),
               ")");
  case 4:
    return cat("clamp(", vector(depth - 1), ", ", scalar(depth - 1), ", ", scalar(depth - 1), ")");
  case 5:
    return cat(one_of({"sum", "min", "max", "avg", "count", "group"}), grouping(), " (", vector(depth - 1),
               ")");
  case 6:
    // Of metrics whose values are all different: which of two alike is taken is nowhere said.
    return cat(one_of({"topk", "bottomk"}), grouping(), " (", scalar(0), ", ",
               one_of({"requests_total", "used_bytes"}), ")");
  case 7:
    return cat("(", vector(depth - 1), " ", one_of({"+", "-", "*", "/"}), matching(), " ", vector(depth - 1),
               ")");
  case 8: {
    const std::string compared =
        cat(one_of({"==", "!=", ">", "<", ">=", "<="}), below(3) == 0 ? " bool" : "");
    if (below(2) == 0) return cat("(", vector(depth - 1), " ", compared, " ", scalar(depth - 1), ")");
    return cat("(", vector(depth - 1), " ", compared, matching(), " ", vector(depth - 1), ")");
  }
  case 9:
    return cat("(", vector(depth - 1), " ", one_of({"and", "or", "unless"}), matching(), " ",
               vector(depth - 1), ")");
  default:
    return cat("-", vector(depth - 1));
  }
}

} // namespace reeve::test
