using Orleans.MLOps.Governance;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>A pending request with the alert that asked for it.</summary>
internal sealed record RetrainingRequest(CatalogEntry Entry, Alert Alert);
