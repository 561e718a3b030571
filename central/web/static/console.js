// Draws the console's pictures with ECharts on a canvas; every one has a table beside it. Colours come from the CSS.
"use strict";
(() => {
  const css = getComputedStyle(document.documentElement);
  const colour = (name) => css.getPropertyValue(name).trim();
  const text = { color: colour("--text"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 };
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Told apart without colour too: each has a pattern of its own.
  const series = (name, data, ground, symbol) => ({
    name, data, type: "bar", stack: "all", barCategoryGap: "25%",
    itemStyle: { color: ground, decal: symbol ?? { symbol: "none" } },
  });

  const hours = (box) => {
    const found = JSON.parse(box.dataset.values);
    const slanted = { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: "rgba(255,255,255,.7)" };
    const dotted = { symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.7, color: "rgba(255,255,255,.8)" };
    return {
      animation: !still,
      textStyle: text,
      legend: { top: 0, textStyle: text, itemWidth: 28 },
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: text, valueFormatter: (value) => (value === null ? "–" : `${value.toFixed(1)} %`) },
      grid: { left: 52, right: 16, top: 40, bottom: 32 },
      xAxis: { type: "category", data: found.hours, axisLabel: text, axisTick: { show: false } },
      yAxis: { type: "value", max: 100, axisLabel: { ...text, formatter: "{value} %" }, splitLine: { lineStyle: { color: "#e3e9f3" } } },
      series: [
        series(box.dataset.open, found.open, colour("--primary")),
        series(box.dataset.closed, found.closed, colour("--soon-edge"), slanted),
        series(box.dataset.silent, found.silent, colour("--off"), dotted),
      ],
    };
  };

  const bars = (box) => {
    const found = JSON.parse(box.dataset.values);
    return {
      animation: !still,
      textStyle: text,
      legend: { top: 0, textStyle: text },
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: text },
      grid: { left: 52, right: 16, top: 40, bottom: 32 },
      xAxis: { type: "category", data: found.names, axisLabel: text, axisTick: { show: false } },
      yAxis: { type: "value", minInterval: 1, axisLabel: text, splitLine: { lineStyle: { color: "#e3e9f3" } } },
      series: found.values.map((values, at) => ({
        name: box.dataset.names.split("|")[at], data: values, type: at ? "line" : "bar", step: at ? "middle" : false,
        symbol: "none", itemStyle: { color: colour(at ? "--act" : "--primary") }, lineStyle: { width: 3 },
      })),
    };
  };

  const kinds = { hours, bars };
  for (const box of document.querySelectorAll("[data-chart]")) {
    const chart = window.echarts.init(box, null, { renderer: "canvas" });
    chart.setOption(kinds[box.dataset.chart](box));
    new ResizeObserver(() => chart.resize()).observe(box);
  }
})();
