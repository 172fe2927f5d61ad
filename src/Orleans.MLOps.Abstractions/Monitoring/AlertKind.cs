namespace Orleans.MLOps.Monitoring;

/// <summary>What an alert is about.</summary>
[GenerateSerializer]
public enum AlertKind
{
    /// <summary>The loss is above what is usual for the same hours of the week.</summary>
    QualityDrift,

    /// <summary>Predicted and actual rates differ for days.</summary>
    CalibrationDrift,

    /// <summary>An input's distribution left the training profile (PSI).</summary>
    FeatureDrift,

    /// <summary>The output's distribution left the training profile (PSI).</summary>
    PredictionDrift,

    /// <summary>The version has served for as long as a version may before a retraining is due.</summary>
    ModelAge,
}
