namespace Orleans.MLOps.Server.Demo;

/// <summary>The two forecasters that need no model, fed only with answers that were known.</summary>
internal sealed class NaiveForecasts
{
    /// <summary>Forecasts stay this far from certainty; a short hour would otherwise claim 0 or 1.</summary>
    private const double Margin = 0.01;

    private long _answers;
    private long _late;

    /// <summary>The share of late flights among all answers so far.</summary>
    public double BaseRate => _answers == 0 ? 0.5 : Math.Clamp((double)_late / _answers, Margin, 1 - Margin);

    public void Learn(bool late)
    {
        _answers++;
        _late += late ? 1 : 0;
    }

    /// <summary>The late share at the origin in the last hour as the platform served it; the base rate when nothing landed.</summary>
    public double PreviousHour(double servedRate) => double.IsNaN(servedRate) ? BaseRate : Math.Clamp(servedRate, Margin, 1 - Margin);
}
