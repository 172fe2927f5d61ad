using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Something durable on its way to the monitors.</summary>
internal abstract record FeedItem;

/// <summary>A sealed batch and where it stands in the prediction log.</summary>
internal sealed record SealedFeedItem(SealedBatch Batch, LogPosition Position) : FeedItem;

/// <summary>A frame of the label log.</summary>
internal sealed record LabelFeedItem(LabelFrame Frame) : FeedItem;

/// <summary>Completes when everything before it has been delivered.</summary>
internal sealed record FlushFeedItem(TaskCompletionSource Done) : FeedItem;
