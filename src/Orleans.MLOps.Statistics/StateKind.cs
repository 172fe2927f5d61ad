namespace Orleans.MLOps.Statistics;

/// <summary>The first byte of every checkpoint of this library; a number is never used again for something else.</summary>
internal enum StateKind : byte
{
    DeterministicRandom = 1,
    QuantileSketch = 2,
    FrequencySketch = 3,
    DistinctSketch = 4,
    ColumnProfile = 5,
    DistributionBins = 6,
    Distribution = 7,
    Adwin = 8,
    PageHinkley = 9,
    DailyBlockCusum = 10,
    SeasonalLossReference = 11,
    SeasonalLossReferenceBuilder = 12,
    SeasonalLossTrigger = 13,
    PaneWindow = 14,
    ServingPaneLayout = 15,
    ServingPane = 16,
    QualityPane = 17,
    PairedBlockBootstrap = 18,
}
