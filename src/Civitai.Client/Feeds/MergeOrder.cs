using System;

namespace Civitai.Client.Feeds;

/// <summary>The keys by which the images of several feeds are put in order: of two, the one with the larger key comes first.</summary>
internal static class MergeOrder
{
    /// <summary>The order in which listings of this sort are merged.</summary>
    /// <param name="sort">The sort that the feeds are in.</param>
    /// <param name="isModelListing">Whether they are listings of whole models, which go by id.</param>
    internal static FeedOrder Of(ImageSort sort, bool isModelListing) => sort switch
    {
        ImageSort.MostReactions => FeedOrder.Reactions,
        ImageSort.MostComments => FeedOrder.Comments,
        ImageSort.Newest => isModelListing ? FeedOrder.HighestId : FeedOrder.Latest,
        ImageSort.Oldest => isModelListing ? FeedOrder.LowestId : FeedOrder.Earliest,
        _ => FeedOrder.Interleaved,
    };

    /// <summary>The key of an image; null where it is not known. All keys are equal where nothing can be compared.</summary>
    internal static long? Key(FeedOrder order, Image image) => order switch
    {
        FeedOrder.Reactions => image.ReactionCount,
        FeedOrder.Comments => image.CommentCount,

        // Compare in UTC: local times repeat when clocks go back.
        FeedOrder.Latest => image.CreatedAt?.ToUniversalTime().Ticks,
        FeedOrder.Earliest => -image.CreatedAt?.ToUniversalTime().Ticks,
        FeedOrder.HighestId => image.Id,
        FeedOrder.LowestId => -image.Id,
        _ => 0,
    };
}
