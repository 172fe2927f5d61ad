namespace OwnHost;

/// <summary>A grain of the team's own, beside those of the platform in the same silo.</summary>
[Alias("own-host.parcel")]
public interface IParcelGrain : IGrainWithStringKey
{
    /// <summary>The probability that this parcel comes late.</summary>
    [Alias("ask-lateness")]
    Task<double> AskLateness(double kilograms, double kilometres);
}
