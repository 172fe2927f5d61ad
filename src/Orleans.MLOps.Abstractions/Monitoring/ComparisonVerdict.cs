namespace Orleans.MLOps.Monitoring;

/// <summary>What a comparison of two versions has come to.</summary>
[GenerateSerializer]
public enum ComparisonVerdict
{
    /// <summary>A version has fewer than 100 labelled predictions.</summary>
    TooFewLabels,

    /// <summary>The labels so far allow no verdict; one may ask again at any time.</summary>
    Undecided,

    /// <summary>The candidate is right more often.</summary>
    CandidateIsBetter,

    /// <summary>The baseline is right more often.</summary>
    BaselineIsBetter,

    /// <summary>The versions have served side by side for longer than the monitor's window, so the labels of the beginning are gone and no verdict is drawn from the rest.</summary>
    WindowPassed,
}
