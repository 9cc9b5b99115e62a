//! S3 buckets, and CloudFront distributions in front of them.
