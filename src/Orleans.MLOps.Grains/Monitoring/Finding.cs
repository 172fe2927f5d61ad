using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Something a monitor found when it closed a day; an alert unless its kind is cooling down.</summary>
internal sealed record Finding(AlertKind Kind, string? Feature, double Statistic, double Threshold, string Evidence);
